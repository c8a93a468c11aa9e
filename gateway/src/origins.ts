/**
 * Whether a browser's page of this origin may open a socket or read answers: the gateway's own pages always, others when
 * they are listed. Callers that are no browsers send no origin.
 */
export function originAllowed(
  origin: string | undefined,
  host: string | undefined,
  listed: readonly string[],
): boolean {
  if (origin === undefined) return true;
  if (listed.includes(origin)) return true;
  const own = URL.canParse(origin) ? new URL(origin).host : undefined;
  return own !== undefined && own === host?.toLowerCase();
}
