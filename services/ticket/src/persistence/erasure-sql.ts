import { erasedText } from '../domain/erasure.ts';

/** Keys of a change's values that tell nothing of the customer; all others are erased. */
export const impersonalKeys = [
  'status',
  'priority',
  'assigneeId',
  'teamId',
  'tags',
  'language',
  'customerId',
  'snoozedUntil',
  'mergedIntoId',
  'ticketId',
  'ticketIds',
  'messageId',
  'messageIds',
  'kind',
  'rating',
];

const anonymousRating = (rating: string): string =>
  `case when jsonb_typeof(${rating}) = 'object' then ${rating} || '{"comment": null}' else ${rating} end`;

/** What `update … set` makes of an entry's text, addresses, files and call; `e` is the table's alias. */
export const anonymousSaid = `
  sender = null,
  text = case when e.text is null then null else '${erasedText}' end, html = null, changed_subject = null,
  to_addresses = case when e.to_addresses is null then null else '{}'::text[] end,
  cc_addresses = case when e.cc_addresses is null then null else '{}'::text[] end,
  attachments = case when e.attachments is null then null else '[]'::jsonb end,
  call = e.call || '{"recordingUrl": null, "transcript": null}'`;

/** Whether an entry, `e`, was said to nobody but those whose addresses are, in lower case, in the parameter `gone`. */
export const saidToThemAlone = (gone: string): string => `
  (e.direction = 'OUTBOUND' and cardinality(e.to_addresses || e.cc_addresses) > 0
   and not exists (select from unnest(e.to_addresses || e.cc_addresses) as a(address)
                    where lower(a.address) <> all(${gone}::text[])))`;

/** A list of addresses without those that are, in lower case, in the parameter `gone`; null stays null. */
export function without(addresses: string, gone: string): string {
  return `case when ${addresses} is null then null else array(
            select a.address from unnest(${addresses}) with ordinality as a(address, nth)
             where lower(a.address) <> all(${gone}) order by a.nth) end`;
}

/** The impersonal values of a change; `keys` is the parameter that holds their names. */
export function impersonal(values: string, keys: string): string {
  return `case when jsonb_typeof(${values}) = 'object' then coalesce(
            (select jsonb_object_agg(v.key, case when v.key = 'rating' then ${anonymousRating('v.value')} else v.value end)
               from jsonb_each(${values}) v where v.key = any(${keys})), '{}'::jsonb)
          else ${values} end`;
}

function namelessActor(actor: string): string {
  return `case when ${actor} ->> 'type' = 'CUSTOMER' then ${actor} || '{"name": null}' else ${actor} end`;
}

/** What an event tells of its entry, without what was said and by which name. */
const anonymousEntry = (entry: string): string => `
  case when jsonb_typeof(${entry}) = 'object' then ${entry}
       || case when ${entry} ? 'text' then '{"text": "${erasedText}", "textTruncated": false}'::jsonb else '{}'::jsonb end
       || case when ${entry} ? 'author' then jsonb_build_object('author', ${namelessActor(`(${entry} -> 'author')`)})
               else '{}'::jsonb end
  else ${entry} end`;

/** The payload of an event of a ticket of the customer's own; `keys` is the parameter with the impersonal keys. */
export function anonymousPayload(payload: string, keys: string): string {
  const rating = `(${payload} #> '{ticket,rating}')`;
  return `${payload} || jsonb_build_object(
    'ticket', (${payload} -> 'ticket') || jsonb_build_object(
       'subject', '${erasedText}', 'fields', '{}'::jsonb, 'rating', ${anonymousRating(`coalesce(${rating}, 'null'::jsonb)`)}),
    'before', ${impersonal(`(${payload} -> 'before')`, keys)},
    'actor', ${namelessActor(`(${payload} -> 'actor')`)},
    'entry', ${anonymousEntry(`(${payload} -> 'entry')`)})`;
}

/** The payload of an answer on a ticket of the customer's own: it goes nowhere any more. */
export function anonymousAnswer(payload: string): string {
  return `${payload} || '{"subject": "${erasedText}", "text": "${erasedText}", "html": null, "to": [], "cc": [],
                            "attachments": [], "customerName": null}'`;
}

/** The payload of an answer on a ticket of somebody else, without the addresses of the parameter `gone`. */
export function answerWithout(payload: string, gone: string): string {
  const rest = (field: string): string => `coalesce((
    select jsonb_agg(a.address order by a.nth)
      from jsonb_array_elements_text(${payload} -> '${field}') with ordinality as a(address, nth)
     where lower(a.address) <> all(${gone})), '[]'::jsonb)`;
  return `${payload} || jsonb_build_object('to', ${rest('to')}, 'cc', ${rest('cc')})`;
}

/** The payload of an event that the customer brought about on a ticket of somebody else. */
export function anonymousMessagePayload(payload: string): string {
  return `${payload} || jsonb_build_object(
    'actor', ${namelessActor(`(${payload} -> 'actor')`)},
    'entry', ${anonymousEntry(`(${payload} -> 'entry')`)})`;
}
