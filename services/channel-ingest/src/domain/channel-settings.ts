import type { ChannelKind } from '@smart-tickets/contracts';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { z } from 'zod';

/** Texts by language, BCP 47 in lower case; `default` is for all others. */
export type TextsByLanguage = Readonly<Record<string, string>>;

/** What is set of a channel, with defaults where nothing was said. Kinds that do not have a setting have its default. */
export interface ChannelSettings {
  /** Liquid, put where the template says; none by default. */
  readonly signature: TextsByLanguage;
  /** Liquid around the answer; none by default: the answer and, under it, the signature. */
  readonly template: TextsByLanguage;
  /** The name that mails go out under; null for the agent's. */
  readonly fromName: string | null;
  /** Whether replies go to an address of their own, `local+token@domain`. */
  readonly plusAddressing: boolean;
  /** The authserv-id of the workspace's own mail server, whose word on senders counts. Source: RFC 8601 §2.5. */
  readonly mailServer: string | null;
  /** What becomes of a mail that names a ticket on which its sender has no part. */
  readonly strangers: 'NEW_TICKET' | 'JOIN';
  /** Whether a mail that other mailboxes have had too stands on their ticket, or on one of the channel's own beside it. */
  readonly copies: 'ONE_TICKET' | 'OWN_TICKET';
  /** Whose ticket a mail is that an agent forwards: the quoted sender's, or the agent's. */
  readonly agentForwards: 'QUOTED_SENDER' | 'AS_IS';
}

/** What is wrong with a setting; the field is its name, after a dot the language. */
export interface SettingsFault {
  readonly field: string;
  readonly message: string;
}

const defaults: ChannelSettings = {
  signature: {},
  template: {},
  fromName: null,
  plusAddressing: true,
  mailServer: null,
  strangers: 'NEW_TICKET',
  copies: 'ONE_TICKET',
  agentForwards: 'QUOTED_SENDER',
};

type SettingName = keyof ChannelSettings;

const texts: readonly SettingName[] = ['signature', 'template'];
const ofMail: readonly SettingName[] = [...texts, 'fromName', 'plusAddressing'];
/** The settings that each kind has. */
const namesOf: Readonly<Record<ChannelKind, readonly SettingName[]>> = {
  EMAIL: [...ofMail, 'mailServer', 'strangers', 'copies', 'agentForwards'],
  WEB_FORM: ofMail,
  CHAT: texts,
  PHONE: texts,
  FACEBOOK: texts,
  TWITTER: texts,
  INTERNAL: texts,
  API: texts,
};

/** Longest single text, and longest of all texts of a channel together, in characters. */
export const maxSettingTextLength = 20_000;
export const maxSettingsLength = 100_000;
const maxLanguages = 50;
const maxNameLength = 200;

/** As kit's `storable`, of which the domain knows nothing. */
function storable(value: string): string {
  return value.toWellFormed().replaceAll('\0', '');
}

const language = /^(default|[a-z]{2,3}(-[a-z0-9]{2,8}){0,4})$/;
const tooLong = (max: number) => `at most ${max} characters`;

const text = z
  .string('must be a text')
  .max(maxSettingTextLength, `has ${tooLong(maxSettingTextLength)}`)
  .transform(storable);
const textsSchema = z
  .record(
    z
      .string()
      .toLowerCase()
      .regex(language, 'is no language: use default, or a BCP 47 tag such as de or pt-br'),
    text.nullable(),
    'must be an object of texts by language',
  )
  .refine((all) => Object.keys(all).length <= maxLanguages, `has at most ${maxLanguages} languages`);

const oneLine = (what: RegExp, message: string) =>
  z
    .string('must be a text')
    .max(maxNameLength, `has ${tooLong(maxNameLength)}`)
    .transform((value) => storable(value).trim())
    .refine((value) => what.test(value), message);

/** What may be said of each setting; null, for its default, is taken care of before. */
const schemas = {
  signature: textsSchema,
  template: textsSchema,
  // Control characters would end the header that it is written into.
  fromName: oneLine(/^[^\p{Cc}]+$/u, 'must be one line'),
  plusAddressing: z.boolean('must be true or false'),
  mailServer: oneLine(/^[\w.-]+$/, 'must be a name as in Authentication-Results').transform((name) =>
    name.toLowerCase(),
  ),
  strangers: z.enum(['NEW_TICKET', 'JOIN'], 'must be NEW_TICKET or JOIN'),
  copies: z.enum(['ONE_TICKET', 'OWN_TICKET'], 'must be ONE_TICKET or OWN_TICKET'),
  agentForwards: z.enum(['QUOTED_SENDER', 'AS_IS'], 'must be QUOTED_SENDER or AS_IS'),
} as const satisfies Record<SettingName, z.ZodType>;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textsOf(said: Readonly<Record<string, string | null>>): TextsByLanguage {
  const entries = Object.entries(said).filter(
    (entry): entry is [string, string] => (entry[1] ?? '').trim() !== '',
  );
  return Object.fromEntries(entries);
}

/** All settings of a channel as stored. What does not fit, or its kind does not have, counts as not said. */
export function readSettings(kind: ChannelKind, stored: unknown): ChannelSettings {
  const said = isObject(stored) ? stored : {};
  const read = <N extends SettingName>(name: N): z.infer<(typeof schemas)[N]> | null => {
    if (!namesOf[kind].includes(name) || said[name] == null) return null;
    const parsed = schemas[name].safeParse(said[name]);
    return parsed.success ? (parsed.data as z.infer<(typeof schemas)[N]>) : null;
  };
  return {
    signature: textsOf(read('signature') ?? defaults.signature),
    template: textsOf(read('template') ?? defaults.template),
    fromName: read('fromName') ?? defaults.fromName,
    plusAddressing: read('plusAddressing') ?? defaults.plusAddressing,
    mailServer: read('mailServer') ?? defaults.mailServer,
    strangers: read('strangers') ?? defaults.strangers,
    copies: read('copies') ?? defaults.copies,
    agentForwards: read('agentForwards') ?? defaults.agentForwards,
  };
}

/** The settings that a kind of channel has, as they are shown. */
export function settingsOfKind(kind: ChannelKind, settings: ChannelSettings): Record<string, unknown> {
  return Object.fromEntries(namesOf[kind].map((name) => [name, settings[name]]));
}

/** Those of them that agents see: what their answers look like. How the intake judges mail is the admins' business. */
export function settingsForAgents(kind: ChannelKind, settings: ChannelSettings): Record<string, unknown> {
  const shown: readonly SettingName[] = ['signature', 'fromName', 'plusAddressing'];
  const names = namesOf[kind].filter((name) => shown.includes(name));
  return Object.fromEntries(names.map((name) => [name, settings[name]]));
}

/** Settings as they are stored: without those that are as by default, so that a better default reaches old channels. */
export function storedSettings(kind: ChannelKind, settings: ChannelSettings): Record<string, unknown> {
  const said = Object.entries(settingsOfKind(kind, settings)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(defaults[name as SettingName]),
  );
  return Object.fromEntries(said);
}

/**
 * Settings after a change. What it leaves out stays; null takes a setting, or a text of one language, back to its default.
 * A fault names the first setting that the kind does not have or that does not fit.
 */
export function mergeSettings(
  kind: ChannelKind,
  current: ChannelSettings,
  patch: unknown,
): Result<ChannelSettings, SettingsFault> {
  if (patch == null) return ok(current);
  if (!isObject(patch)) return err({ field: '', message: 'settings must be an object.' });
  const merged: Record<string, unknown> = { ...current };
  for (const [name, value] of Object.entries(patch)) {
    const known = namesOf[kind].find((setting) => setting === name);
    if (known === undefined) return err({ field: name.slice(0, 80), message: unknownSetting(kind, name) });
    if (value === null) {
      merged[known] = defaults[known];
      continue;
    }
    const parsed = schemas[known].safeParse(value);
    if (!parsed.success) return err(faultOf(known, parsed.error));
    merged[known] = isObject(parsed.data)
      ? textsOf({ ...(current[known] as TextsByLanguage), ...parsed.data })
      : parsed.data;
  }
  const settings = merged as unknown as ChannelSettings;
  return whole(settings) ?? ok(settings);
}

function unknownSetting(kind: ChannelKind, name: string): string {
  return `A channel of kind ${kind} has no setting ${JSON.stringify(name.slice(0, 80))}; it has ${namesOf[kind].join(', ')}.`;
}

function faultOf(name: SettingName, error: z.ZodError): SettingsFault {
  const [issue] = error.issues;
  const field = [name, ...(issue?.path ?? []).map(String)].join('.').slice(0, 120);
  const said = issue?.code === 'invalid_key' ? issue.issues[0]?.message : issue?.message;
  return { field, message: `${field} ${said ?? 'is not usable'}.` };
}

/** Why settings cannot stand as a whole; null when they can. */
function whole(settings: ChannelSettings): Result<never, SettingsFault> | null {
  for (const name of ['signature', 'template'] as const) {
    if (Object.keys(settings[name]).length > maxLanguages) {
      return err({ field: name, message: `${name} has at most ${maxLanguages} languages.` });
    }
  }
  const sources = [...Object.values(settings.signature), ...Object.values(settings.template)];
  const length = sources.reduce((sum, source) => sum + source.length, 0);
  if (length <= maxSettingsLength) return null;
  const message = `All signatures and templates together have at most ${maxSettingsLength} characters.`;
  return err({ field: 'template', message });
}
