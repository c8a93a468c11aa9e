import { createLogger } from '@smart-tickets/kit/logger';
import { mail } from '@smart-tickets/testing/mail';
import { expect, test } from '@jest/globals';
import { dkimSign } from 'mailauth';
import { generateKeyPairSync } from 'node:crypto';
import type { Envelope } from '../../domain/inbound-message.ts';
import { trustBy } from '../../domain/sender-trust.ts';
import { parseMail } from './parse-mail.ts';
import { senderChecks, type CheckSender } from './sender-checks.ts';

const log = createLogger('test', 'silent');
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const publicDer = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

/** Records of TXT; of every other name there is nothing. */
const zone: Readonly<Record<string, string>> = {
  's1._domainkey.example.org': `v=DKIM1; k=rsa; p=${publicDer}`,
  's1._domainkey.elsewhere.example': `v=DKIM1; k=rsa; p=${publicDer}`,
  's1._domainkey.strict.example': `v=DKIM1; k=rsa; p=${publicDer}`,
  'example.org': 'v=spf1 ip4:192.0.2.7 -all',
  's1._domainkey.sub.strict.example': `v=DKIM1; k=rsa; p=${publicDer}`,
  's1._domainkey.somebody.eu.org': `v=DKIM1; k=rsa; p=${publicDer}`,
  '_dmarc.elsewhere.example': 'v=DMARC1; p=reject',
  '_dmarc.strict.example': 'v=DMARC1; p=reject; adkim=s',
  'strict.example': 'v=spf1 ip4:192.0.2.7 -all',
};
const coded = (code: string): Error => Object.assign(new Error(code), { code });
let asked: string[] = [];
const resolve = (name: string, type: string): Promise<string[][]> => {
  asked.push(`${type} ${name}`);
  const record = type === 'TXT' ? zone[name.toLowerCase()] : undefined;
  return record === undefined ? Promise.reject(coded('ENOTFOUND')) : Promise.resolve([[record]]);
};
const checks = (): CheckSender => {
  asked = [];
  return senderChecks({ resolve, log });
};

const plain = (from: string): Buffer =>
  mail({ from, text: 'Please send the money to this account.', messageId: 'm@example.org' });

async function signed(from: string, signingDomain: string, maxBodyLength?: number): Promise<Buffer> {
  const raw = plain(from);
  const signature = {
    signingDomain,
    selector: 's1',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ...(maxBodyLength === undefined ? {} : { maxBodyLength }),
  };
  const { signatures } = await dkimSign(raw, {
    canonicalization: 'relaxed/relaxed',
    algorithm: 'rsa-sha256',
    // Its types want the one, its code the other.
    ...signature,
    signatureData: [signature],
  });
  expect(signatures).toContain(`d=${signingDomain}`);
  return Buffer.concat([Buffer.from(signatures), raw]);
}
const brought = (clientIp: string, from = 'bounces@example.org'): Envelope => ({
  from,
  to: [],
  clientIp,
  helo: 'mx.example.org',
});

async function trustOf(
  raw: Buffer,
  envelope: Envelope | null = null,
  check: CheckSender = checks(),
): Promise<string> {
  const read = await parseMail(raw, '2026-03-02T09:00:00.000Z', { checkSender: () => check(raw, envelope) });
  if (!read.ok) throw new Error(read.error);
  return read.value.content.senderTrust;
}

test('a mail that its sender’s domain has signed is the sender’s', async () => {
  expect(await trustOf(await signed('ada@example.org', 'example.org'))).toBe('PASS');
  expect(await trustOf(await signed('ada@strict.example', 'strict.example'))).toBe('PASS');
});

test.each([
  ['nobody has signed', () => plain('ada@example.org')],
  [
    'was changed after it was signed',
    async () => {
      const raw = await signed('ada@example.org', 'example.org');
      return Buffer.from(raw.toString('latin1').replace('this account', 'that account'), 'latin1');
    },
  ],
  ['somebody else has signed', () => signed('ada@example.org', 'elsewhere.example')],
  [
    'was signed in part',
    async () => {
      const raw = await signed('ada@example.org', 'example.org', 10);
      return Buffer.concat([raw, Buffer.from('And to that one, too.\r\n')]);
    },
  ],
  [
    'was signed in part for a domain with DMARC',
    async () => {
      const raw = await signed('ada@strict.example', 'strict.example', 10);
      return Buffer.concat([raw, Buffer.from('And to that one, too.\r\n')]);
    },
  ],
  [
    'a domain below its sender’s has signed, which DMARC forbids',
    () => signed('ada@strict.example', 'sub.strict.example'),
  ],
  ['a neighbour under a public suffix has signed', () => signed('admin@eu.org', 'somebody.eu.org')],
  [
    'names somebody else than From for the answer, whom From’s domain does not speak for',
    async () => {
      const raw = await signed('<"a b"@elsewhere.example>', 'elsewhere.example');
      return Buffer.concat([Buffer.from('Reply-To: ada@elsewhere.example\r\n'), raw]);
    },
  ],
  [
    'has two authors',
    async () =>
      Buffer.concat([
        Buffer.from('From: boss@example.org\r\n'),
        await signed('ada@elsewhere.example', 'elsewhere.example'),
      ]),
  ],
  [
    'nobody has signed though its domain wants that: it may have come by SPF',
    () => plain('ada@strict.example'),
  ],
])('of a mail that %s nothing is known', async (_what, make) => {
  expect(await trustOf(await make())).toBe('NONE');
});

test('with the address of the machine that brought it, SPF and DMARC count', async () => {
  const raw = plain('ada@example.org');

  expect(await trustOf(raw, brought('192.0.2.7'))).toBe('PASS');
  expect(await trustOf(raw, brought('198.51.100.1'))).toBe('FAIL');
  expect(await trustOf(plain('ada@strict.example'), brought('192.0.2.7', 'x@strict.example'))).toBe('PASS');
  expect(await trustOf(plain('ada@strict.example'), brought('192.0.2.7'))).toBe('FAIL');
});

test('the word of the channel’s own mail server is enough: DNS is not asked', async () => {
  const check = checks();
  const raw = Buffer.concat([
    Buffer.from('Authentication-Results: mx.example.com; dmarc=pass\r\n'),
    plain('ada@example.org'),
  ]);

  const read = await parseMail(raw, '2026-03-02T09:00:00.000Z', {
    mailServer: 'mx.example.com',
    checkSender: () => check(raw, null),
  });

  expect(read.ok && read.value.content.senderTrust).toBe('PASS');
  expect(asked).toEqual([]);
});

test('answers of DNS are kept for a while', async () => {
  let now = 0;
  asked = [];
  const check = senderChecks({ resolve, log, nowMs: () => now });
  const raw = await signed('ada@example.org', 'example.org');
  await trustOf(raw, null, check);
  const first = asked.length;

  await trustOf(raw, null, check);
  const second = asked.length;
  now = 3_600_000;
  await trustOf(raw, null, check);

  expect(first).toBeGreaterThan(0);
  expect([second, asked.length]).toEqual([first, 2 * first]);
});

test('a silent DNS holds no mail up: nothing is known, and after some mails nothing is asked for a while', async () => {
  let now = 0;
  let queries = 0;
  const silent = (): Promise<never> => {
    queries += 1;
    return new Promise(() => undefined);
  };
  const check = senderChecks({ resolve: silent, log, nowMs: () => now, limitMs: 30 });
  const raw = await signed('ada@example.org', 'example.org');

  for (let nth = 0; nth < 6; nth += 1) expect(await trustOf(raw, null, check)).toBe('NONE');
  const before = queries;
  now = 120_000;
  await trustOf(raw, null, check);

  // Three mails and the question whether DNS is there.
  expect([before, queries]).toEqual([4, 5]);
});

test('faults of DNS are no verdict, and a mail that asks too much of it has none', async () => {
  const failing = senderChecks({ resolve: () => Promise.reject(coded('ESERVFAIL')), log });
  const raw = await signed('ada@example.org', 'example.org');
  const many = Buffer.concat([...Array.from({ length: 60 }, (_, nth) => signatureOf(raw, `n${nth}`)), raw]);

  expect(await trustOf(raw, brought('192.0.2.7'), failing)).toBe('NONE');
  const found = await checks()(many, null);

  expect(asked.length).toBeLessThanOrEqual(40);
  expect(found === null ? 'NONE' : trustBy(found, 'ada@nobody.example')).toBe('NONE');
});

test('who adds signatures does not keep a forged sender from being found out', async () => {
  const raw = await signed('ada@elsewhere.example', 'elsewhere.example');
  const forged = plain('ada@strict.example');
  const many = Buffer.concat([
    ...Array.from({ length: 60 }, (_, nth) => signatureOf(raw, `n${nth}`)),
    forged,
  ]);
  const nameless = Buffer.concat([signatureOf(raw, 'x'.repeat(70)), forged]);

  expect(await trustOf(many, brought('198.51.100.1'))).toBe('FAIL');
  expect(await trustOf(nameless, brought('198.51.100.1'))).toBe('FAIL');
});

test('who has a silent name server switches nothing off for others', async () => {
  const answered = (name: string, type: string): Promise<string[][]> =>
    name.includes('elsewhere') ? Promise.reject(coded('ETIMEOUT')) : resolve(name, type);
  const check = senderChecks({ resolve: answered, log });
  const raw = await signed('ada@elsewhere.example', 'elsewhere.example');

  for (let nth = 0; nth < 6; nth += 1) expect(await trustOf(raw, null, check)).toBe('NONE');

  expect(await trustOf(await signed('ada@example.org', 'example.org'), null, check)).toBe('PASS');
});

test('a signature whose key cannot be had now is no forgery', async () => {
  const keyless = (name: string, type: string): Promise<string[][]> =>
    name.startsWith('s1.') ? Promise.reject(coded('ETIMEOUT')) : resolve(name, type);
  const raw = await signed('ada@strict.example', 'strict.example');

  const forwarded = trustOf(raw, brought('198.51.100.1'), senderChecks({ resolve: keyless, log }));

  expect(await forwarded).toBe('NONE');
  expect(await trustOf(raw, brought('198.51.100.1'))).toBe('PASS');
});

/** The signature in front of a signed mail, with another selector. */
function signatureOf(raw: Buffer, selector: string): Buffer {
  const text = raw.toString('latin1');
  const end = text.search(/\r\n(?![ \t])/) + 2;
  return Buffer.from(text.slice(0, end).replace('s=s1', `s=${selector}`), 'latin1');
}
