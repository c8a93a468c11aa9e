import type { Attachment } from '@smart-tickets/contracts';
import { clip, storable } from '@smart-tickets/kit/text';
import type { ParsedMail } from 'mailparser';
import { createHash } from 'node:crypto';
import { maxAttachments, normaliseMediaType, partFileName } from '../../domain/attachment.ts';

/** A file that came with a mail, with its bytes. */
export interface MailFile {
  readonly file: Omit<Attachment, 'id'>;
  readonly bytes: Buffer;
}

const maxContentIdLength = 500;

/**
 * The files of a mail in their order, at most a hundred: attachments, pictures of its HTML, calendar parts, mails within
 * it and winmail.dat, each as it is; nothing is unpacked. `inline` is what the HTML itself shows, by the Content-ID.
 */
export function filesOf(mail: ParsedMail): MailFile[] {
  const html = typeof mail.html === 'string' ? mail.html : '';
  return mail.attachments.slice(0, maxAttachments).map((part, index) => {
    const mediaType = normaliseMediaType(part.contentType);
    const contentId = clip(storable(part.cid ?? '').trim(), maxContentIdLength) || null;
    const file = {
      fileName: partFileName(storable(part.filename ?? ''), mediaType, index + 1),
      mediaType,
      sizeBytes: part.content.length,
      sha256: createHash('sha256').update(part.content).digest('hex'),
      inline: contentId !== null && shows(html, contentId),
      contentId,
    };
    return { file, bytes: part.content };
  });
}

/** Whether HTML names a part, be it with or without percent-encoding. Source: RFC 2392 §2. */
function shows(html: string, contentId: string): boolean {
  return html.includes(`cid:${contentId}`) || html.includes(`cid:${encodeURIComponent(contentId)}`);
}
