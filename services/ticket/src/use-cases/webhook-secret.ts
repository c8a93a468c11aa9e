import { randomBytes } from 'node:crypto';

/** A new secret for signing. Source of the form: Standard Webhooks, "Signature scheme" (24 to 64 bytes). */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}
