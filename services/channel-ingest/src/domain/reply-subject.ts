import { headerText } from './mail-address.ts';

/** What mail programs put before the subject of an answer, in the languages that have a word of their own for it. */
const words = [
  're',
  'aw',
  'sv',
  'vs',
  'antw',
  'antwort',
  'ant',
  'odp',
  'odpowiedź',
  'réf',
  'réponse',
  'rép',
  'rif',
  'risp',
  'r',
  'res',
  'resp',
  'vá',
  'válasz',
  'ynt',
  'yanıt',
  'ats',
  'atb',
  'bls',
  'rv:re',
  'rsp',
  'σχετ',
  'απ',
  'отв',
  'ответ',
  'на',
  'відп',
  'השב',
  'תשובה',
  'رد',
  '回复',
  '回覆',
  '答复',
  '返信',
  '답장',
  'trả lời',
];
const answered = new RegExp(
  String.raw`^\s*(?:${words.join('|')})\s?(?:\[\d{1,3}\]|\(\d{1,3}\))?\s?[:\uff1a]\s*`,
  'iu',
);
const maxLength = 900;
const maxPrefixes = 20;

/** A subject without the marks of being an answer that stand before it; those of being forwarded stay. */
export function bareSubject(subject: string): string {
  let bare = headerText(subject, maxLength);
  for (let count = 0; count < maxPrefixes; count += 1) {
    const shorter = bare.replace(answered, '');
    if (shorter === bare) break;
    bare = shorter;
  }
  return bare;
}

/** The subject of an answer: `Re:` once, whatever stood there before in whichever language; one line. */
export function replySubject(subject: string): string {
  return `Re: ${bareSubject(subject)}`.trim();
}
