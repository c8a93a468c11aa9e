/**
 * SQL of the hash by which a message of an erased sender is known when a connector hands it in again under its external id;
 * mails need none, as theirs is the hash of their bytes.
 */
export function erasedKeyHash(workspaceId: string, channelId: string, externalId: string): string {
  return `sha256(convert_to(${workspaceId}::text || E'\\n' || ${channelId}::text || E'\\n' || ${externalId}, 'UTF8'))`;
}
