/** What a line between a mail and another one says: the other is what was answered, is handed on, or just a rule. */
export type Divider = 'ORIGINAL' | 'FORWARDED' | 'RULE';

const originals = new Set([
  'original message',
  'original mail',
  'original appointment',
  'reply message',
  'ursprüngliche nachricht',
  'urspruengliche nachricht',
  'originalnachricht',
  'original-nachricht',
  'ursprünglicher termin',
  "message d'origine",
  'message d’origine',
  'message original',
  'mensaje original',
  'messaggio originale',
  'mensagem original',
  'oorspronkelijk bericht',
  'oorspronkelijke bericht',
  'ursprungligt meddelande',
  'originalmeddelande',
  'oprindelig meddelelse',
  'original meddelelse',
  'opprinnelig melding',
  'original melding',
  'alkuperäinen viesti',
  'oryginalna wiadomość',
  'wiadomość oryginalna',
  'původní zpráva',
  'původní e-mail',
  'eredeti üzenet',
  'mesaj original',
  'mesajul original',
  'исходное сообщение',
  'оригинальное сообщение',
  'вихідне повідомлення',
  'початкове повідомлення',
  'оригінальне повідомлення',
  'orijinal mesaj',
  'orijinal ileti',
  'özgün ileti',
  '元のメッセージ',
  '原始邮件',
  '原始郵件',
  '原邮件',
  '원본 메시지',
  '원본 메일',
]);

const forwards = new Set([
  'forwarded message',
  'forwarded mail',
  'forwarded by',
  'begin forwarded message',
  'begin forwarded text',
  'weitergeleitete nachricht',
  'anfang der weitergeleiteten nachricht',
  'anfang der weitergeleiteten e-mail',
  'message transféré',
  'message transmis',
  'début du message transféré',
  'début du message réexpédié',
  'mensaje reenviado',
  'inicio del mensaje reenviado',
  'messaggio inoltrato',
  'inizio messaggio inoltrato',
  'mensagem encaminhada',
  'mensagem reencaminhada',
  'início da mensagem encaminhada',
  'início da mensagem reencaminhada',
  'doorgestuurd bericht',
  'begin doorgestuurd bericht',
  'vidarebefordrat meddelande',
  'vidarebefordrat brev',
  'videresendt besked',
  'videresendt meddelelse',
  'videresendt melding',
  'välitetty viesti',
  'edelleenlähetetty viesti',
  'wiadomość przekazana',
  'przekazana wiadomość',
  'treść przekazanej wiadomości',
  'přeposlaná zpráva',
  'předaná zpráva',
  'továbbított üzenet',
  'továbbított levél',
  'mesaj redirecționat',
  'mesaj redirectionat',
  'mesaj retransmis',
  'пересылаемое сообщение',
  'пересланное сообщение',
  'переадресованное сообщение',
  'переслане повідомлення',
  'перенаправлене повідомлення',
  'iletilen mesaj',
  'yönlendirilen mesaj',
  'iletilen ileti',
  '転送メッセージ',
  '転送されたメッセージ',
  '转发的邮件',
  '转发邮件',
  '轉寄郵件',
  '轉寄訊息',
  '전달된 메일',
  '전달된 메시지',
]);

const ruled = '-_*=─—–';
const shortestRule = 10;

/** What divider a trimmed line is; null when it is none. */
export function divider(line: string): Divider | null {
  let from = 0;
  let to = line.length;
  // A signed mail has "- " before each line that begins with a dash.
  if (line.startsWith('- -')) from = 2;
  while (from < to && ruled.includes(line[from] ?? '')) from += 1;
  while (to > from && (ruled.includes(line[to - 1] ?? '') || ' :：'.includes(line[to - 1] ?? ''))) to -= 1;
  if (from === to) return from >= shortestRule ? 'RULE' : null;
  const words = line.slice(from, to).trim().toLowerCase();
  const marked = from >= 2 || /[:：]$/.test(line);
  if (words.length > 60 || !marked) return null;
  if (forwards.has(words) || (from >= 2 && words.startsWith('forwarded by '))) return 'FORWARDED';
  return from >= 2 && originals.has(words) ? 'ORIGINAL' : null;
}

type Label = 'FROM' | 'DATE' | 'TO' | 'SUBJECT' | 'OTHER';

/** What clients call the header lines that they set above the mail that is answered. */
const labels: Record<Label, string> = {
  FROM: 'from|von|de|da|van|från|fra|lähettäjä|od|feladó|de la|expéditeur|expeditor|remitente|mittente|remetente|afzender|avsändare|afsender|avsender|nadawca|odesílatel|от|от кого|отправитель|від|від кого|відправник|kimden|gönderen|差出人|送信者|发件人|寄件者|寄件人|보낸 사람|보낸사람|発信者',
  DATE: 'sent|date|sent at|gesendet|datum|envoyé|envoyé le|enviado|enviado el|enviado em|enviada em|fecha|data|inviato|inviato il|data invio|verzonden|skickat|sendt|dato|lähetetty|päivämäärä|päiväys|wysłano|wysłane|data wysłania|odesláno|elküldve|dátum|küldve|küldés dátuma|trimis|data trimiterii|дата|отправлено|послано|надіслано|gönderildi|gönderilme tarihi|tarih|送信日時|送信|日時|日付|发送时间|发送日期|日期|時間|寄件日期|傳送時間|보낸 날짜|날짜|보낸날짜',
  TO: 'to|an|à|para|a|aan|till|til|vastaanottaja|do|komu|címzett|către|catre|destinatar|destinataire|destinatario|destinatário|кому|kime|alıcı|宛先|收件人|收件者|받는 사람|받는사람',
  SUBJECT:
    'subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|aihe|temat|předmět|tárgy|subiect|тема|konu|件名|主题|主旨|主題|제목',
  OTHER:
    'cc|bcc|kopie|copie|copia|kopia|kopi|dw|másolatot kap|копия|копія|bilgi|抄送|副本|참조|reply-to|antwort an|attachments|anlagen|importance|wichtigkeit|priority|organization|newsgroups|message-id|delivered-to',
};
const kinds = new Map(
  Object.entries(labels).flatMap(([kind, names]) =>
    names.split('|').map((name): [string, Label] => [name, kind as Label]),
  ),
);
const maxLabelLength = 30;
const maxBlockLines = 16;

/** Which header of a mail a line is, as a client shows it; null when it is none. */
export function labelOf(line: string): Label | null {
  const colon = line.slice(0, maxLabelLength).search(/[:：]/);
  if (colon < 1) return null;
  const name = line
    .slice(0, colon)
    .replaceAll(/[*\s\u00a0]+/g, ' ')
    .trim()
    .toLowerCase();
  return kinds.get(name) ?? null;
}

/**
 * Where the header block of an answered mail ends that begins at `start`: sender, date, and recipient or subject, in any
 * order; below a divider the sender and one other are enough. Null when there is none.
 */
export function headerBlockEnd(
  lineAt: (index: number) => string,
  start: number,
  belowDivider: boolean,
): number | null {
  const seen = new Set<Label>();
  const first = labelOf(lineAt(start));
  if (first === null || first === 'OTHER' || (!belowDivider && first !== 'FROM')) return null;
  let end = start;
  let strays = 0;
  for (let index = start; index < start + maxBlockLines; index += 1) {
    const line = lineAt(index);
    const label = labelOf(line);
    if (label !== null) {
      if (label === 'FROM' && seen.has('FROM')) break;
      seen.add(label);
      end = index + 1;
      strays = 0;
    } else {
      // Long lists of recipients wrap; conversions of HTML leave a blank line between.
      strays += 1;
      if (strays > 2 || (line.trim() === '' && lineAt(index + 1).trim() === '')) break;
    }
  }
  const addressed = seen.has('TO') || seen.has('SUBJECT');
  const complete = belowDivider ? addressed || seen.has('DATE') : addressed && seen.has('DATE');
  return complete && seen.has('FROM') ? end : null;
}
