/** What Exchange, Gmail and others set before the subject of an answer that no person wrote, in lower case. */
const answers = [
  'automatic reply',
  'automatische antwort',
  'réponse automatique',
  'respuesta automática',
  'risposta automatica',
  'resposta automática',
  'automatisch antwoord',
  'automatiskt svar',
  'autosvar',
  'automatisk svar',
  'automaattinen vastaus',
  'odpowiedź automatyczna',
  'automatyczna odpowiedź',
  'automatická odpověď',
  'automatikus válasz',
  'răspuns automat',
  'автоматический ответ',
  'автоматична відповідь',
  'otomatik yanıt',
  '自動応答',
  '自動返信',
  '自动答复',
  '自动回复',
  '自動回覆',
  '자동 회신',
  'auto reply',
  'auto-reply',
  'autoreply',
  'auto response',
  'auto-response',
  'autoresponse',
];

/** Words that persons set before a subject too; they count where the mail answers another. */
const absences = [
  'out of office',
  'out of the office',
  'away from office',
  'vacation',
  'on vacation',
  'abwesenheitsnotiz',
  'abwesenheit',
  'nicht im büro',
  'absence du bureau',
  'absent du bureau',
  'absence',
  'fuera de la oficina',
  'ausente',
  'fuori sede',
  'fuori ufficio',
  'assente',
  'ausência temporária',
  'fora do escritório',
  'afwezig',
  'afwezigheidsmelding',
  'frånvarande',
  'frånvaromeddelande',
  'fraværende',
  'ikke til stede',
  'poissa',
  'poissaoloilmoitus',
  'nieobecność',
  'poza biurem',
  'mimo kancelář',
  'nepřítomnost',
  'házon kívül',
  'în afara biroului',
  'нет на работе',
  'вне офиса',
  'поза офісом',
  'ofis dışında',
  '不在通知',
  '外出',
  '不在办公室',
  '부재중',
];

/**
 * Whether a subject is that of an out-of-office notice or another automatic answer. Source: the default texts of
 * Exchange and Outlook by language, Gmail's vacation responder, vacation(1).
 */
export function outOfOfficeSubject(subject: string, answersAnother: boolean): boolean {
  const text = subject.slice(0, 200).trim().toLowerCase();
  if (answers.some((phrase) => leads(text, phrase))) return true;
  return answersAnother && absences.some((phrase) => leads(text, phrase) || text === phrase);
}

/** Whether the phrase stands before a colon, or a dash with blanks, at the beginning of the text. */
function leads(text: string, phrase: string): boolean {
  if (!text.startsWith(phrase)) return false;
  const rest = text.slice(phrase.length).trimStart();
  return (
    rest.startsWith(':') || rest.startsWith('：') || (rest.startsWith('-') && text[phrase.length] === ' ')
  );
}
