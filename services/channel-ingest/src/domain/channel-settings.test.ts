import { describe, expect, test } from '@jest/globals';
import {
  maxSettingTextLength,
  mergeSettings,
  readSettings,
  settingsOfKind,
  storedSettings,
} from './channel-settings.ts';

const defaults = readSettings('EMAIL', {});
const texts = (count: number, length: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      `${String.fromCodePoint(97 + Math.floor(n / 26))}${String.fromCodePoint(97 + (n % 26))}`,
      'x'.repeat(length),
    ]),
  );

describe('settings as stored', () => {
  test('are read with the defaults of what is not said, does not fit, or the kind does not have', () => {
    const stored = {
      fromName: 'Help\r\nBcc: x',
      plusAddressing: 'no',
      mailServer: 7,
      more: 1,
      strangers: 'JOIN',
    };

    expect(readSettings('EMAIL', stored)).toEqual({ ...defaults, strangers: 'JOIN' });
    expect(readSettings('CHAT', stored)).toEqual(defaults);
    expect(readSettings('EMAIL', null)).toEqual(defaults);
    expect(readSettings('EMAIL', readSettings('EMAIL', stored))).toEqual(readSettings('EMAIL', stored));
  });

  test('are what differs from the defaults', () => {
    const settings = { ...defaults, plusAddressing: false, signature: { default: 'Yours' } };

    expect(storedSettings('EMAIL', settings)).toEqual({
      plusAddressing: false,
      signature: { default: 'Yours' },
    });
    expect(storedSettings('CHAT', settings)).toEqual({ signature: { default: 'Yours' } });
    expect(settingsOfKind('CHAT', settings)).toEqual({ signature: { default: 'Yours' }, template: {} });
  });
});

describe('a change of settings', () => {
  test.each([
    ['a text of the longest length', { signature: { default: 'x'.repeat(maxSettingTextLength) } }],
    ['fifty languages', { signature: texts(50, 1) }],
    ['all texts together at their most', { template: texts(5, 20_000) }],
    ['a language with a region', { signature: { 'zh-Hant-TW': 'x' } }],
    ['nothing', {}],
  ])('takes %s', (_what, patch) => {
    expect(mergeSettings('EMAIL', defaults, patch).ok).toBe(true);
  });

  test.each([
    [
      'a text that is too long',
      { signature: { default: 'x'.repeat(maxSettingTextLength + 1) } },
      'signature.default',
    ],
    ['a language too many', { signature: texts(51, 1) }, 'signature'],
    ['too much together', { template: texts(5, 20_000), signature: { default: 'x' } }, 'template'],
    ['what is no language', { template: { 'no language': 'x' } }, 'template.no language'],
    ['a text that is none', { signature: { de: 1 } }, 'signature.de'],
    ['a name of two lines', { fromName: 'a\nb' }, 'fromName'],
    ['an empty name', { fromName: ' ' }, 'fromName'],
    ['a server that is none', { mailServer: 'mx.example.com; spf=pass' }, 'mailServer'],
    ['what strangers may not', { strangers: 'IGNORE' }, 'strangers'],
    ['an unknown one', { __proto__: null, colour: 'red' }, 'colour'],
    ['one of objects', { constructor: 1 }, 'constructor'],
  ])('refuses %s', (_what, patch, field) => {
    const result = mergeSettings('EMAIL', defaults, patch);

    expect(result.ok ? null : result.error.field).toBe(field);
    expect(result.ok ? null : result.error.message).toEqual(expect.stringMatching(/\.$/));
  });

  test('that adds languages one by one is bounded all the same', () => {
    const full = mergeSettings('EMAIL', defaults, { signature: texts(50, 1) });
    if (!full.ok) throw new Error(full.error.message);

    expect(mergeSettings('EMAIL', full.value, { signature: { 'de-at': 'x' } }).ok).toBe(false);
    expect(mergeSettings('EMAIL', full.value, { signature: { aa: null, 'de-at': 'x' } }).ok).toBe(true);
  });
});
