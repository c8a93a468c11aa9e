import MailComposer from 'nodemailer/lib/mail-composer/index.js';

/** An answer as a connector claims it. */
export interface ClaimedAnswer {
  readonly id: string;
  readonly to: readonly string[];
  readonly leasedUntil: string;
  readonly inDoubt: boolean;
  readonly content: {
    readonly subject: string | null;
    readonly text: string;
    readonly html: string | null;
    readonly headers: Readonly<Record<string, string>>;
    readonly attachments: readonly {
      readonly fileName: string;
      readonly mediaType: string;
      readonly url: string;
      readonly contentId: string | null;
    }[];
  };
}

/** The fields of `ClaimedAnswer`. */
export const claimedFields = `id to leasedUntil inDoubt
  content { subject text html headers attachments { fileName mediaType url contentId } }`;

/** The Message-ID that an answer is to be sent with, without its angle brackets. */
export function mailIdOf({ content }: ClaimedAnswer): string {
  return (content.headers['Message-ID'] ?? '').replaceAll(/[<>]/g, '');
}

/** The whole mail of an answer: exactly the headers that it says, encoded and folded, and its bodies and files. */
export async function composeMail(answer: ClaimedAnswer, gatewayUrl: string): Promise<Buffer> {
  const { subject, text, html, headers, attachments } = answer.content;
  const files = await Promise.all(
    attachments.map(async ({ fileName, mediaType, url, contentId }) => {
      const response = await fetch(new URL(url, gatewayUrl));
      if (!response.ok) throw new Error(`${fileName}: HTTP ${response.status}`);
      const content = Buffer.from(await response.arrayBuffer());
      return {
        filename: fileName,
        contentType: mediaType,
        content,
        ...(contentId === null ? {} : { cid: contentId }),
      };
    }),
  );
  const composer = new MailComposer({
    headers: Object.entries(headers).map(([key, value]) => ({ key, value })),
    messageId: headers['Message-ID'] ?? '',
    date: headers['Date'] ?? '',
    subject: subject ?? '',
    text,
    ...(html === null ? {} : { html }),
    attachments: files,
  });
  return composer.compile().build();
}
