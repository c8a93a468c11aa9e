/** Marks of answers and forwards, `Re:`, `AW:`, `Fwd[2]:` and their like in any language, and of lists and numbers, `[#12]`. */
const mark = /^\s*(?:\p{L}{1,12}\s?(?:\[\d{1,3}\]|\(\d{1,3}\))?\s?[:\uff1a]|\[[^\]]{0,60}\])\s*/u;
const maxMarks = 20;
const maxLength = 1_000;

/** What a subject is about, to be compared: without marks before it, blanks as one, in lower case. */
export function topicOf(subject: string): string {
  let topic = subject.slice(0, maxLength).replaceAll(/\s+/g, ' ').trim();
  for (let count = 0; count < maxMarks; count += 1) {
    const shorter = topic.replace(mark, '');
    if (shorter === topic) break;
    topic = shorter;
  }
  return topic.trim().normalize('NFC').toLowerCase();
}

/** What a mail's subject says beside those that its conversation has had. */
export interface HeardSubject {
  /** The subject, where it is a new one: people begin another matter by answering an old mail. */
  readonly changed: string | null;
  /** What the conversation is called from now on; null where that stays. */
  readonly heard: string | null;
}

/**
 * Compares the subject of a person's mail with those of its conversation. A mail that comes back to the ticket's own subject
 * has changed nothing, and one without a subject says nothing of it.
 * @param heard the last subject of the conversation that was not the ticket's; null for none
 */
export function hearSubject(said: string, ticketSubject: string, heard: string | null): HeardSubject {
  const topic = topicOf(said);
  const last = topicOf(heard ?? ticketSubject);
  if (topic === '' || topic === last) return { changed: null, heard: null };
  const isNew = topic !== topicOf(ticketSubject);
  return { changed: isNew ? said : null, heard: said };
}
