/** The columns of a webhook that may be shown, as the domain names them; `w` is the table's alias. */
export const webhookColumns = `w.id, w.name, w.url, w.events, w.enabled, w.disabled_reason as "disabledReason",
  w.created_at as "createdAt"`;
