import { describe, expect, test } from '@jest/globals';
import { readAuthenticationResults, senderTrust } from './sender-trust.ts';

const server = 'mx.example.com';
const from = 'ada@example.org';

describe('reading Authentication-Results', () => {
  test.each([
    ['example.org 1; none', { authservId: 'example.org', results: [] }],
    [
      'example.com;\tspf=pass smtp.mailfrom=example.net',
      { authservId: 'example.com', results: [['spf', 'pass', { 'smtp.mailfrom': 'example.net' }]] },
    ],
    [
      'example.com; auth=pass (cram-md5; a comment) smtp.auth=sender@example.net; spf=fail smtp.mailfrom=example.net',
      {
        authservId: 'example.com',
        results: [
          ['auth', 'pass', { 'smtp.auth': 'sender@example.net' }],
          ['spf', 'fail', { 'smtp.mailfrom': 'example.net' }],
        ],
      },
    ],
    [
      'Foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) fail',
      { authservId: 'foo.example.net', results: [['dkim', 'fail', {}]] },
    ],
    [
      'mx.example.com; dkim=pass reason="good; \\"signature\\"" header.i=@mail.example.org header.b=AbC',
      {
        authservId: 'mx.example.com',
        results: [['dkim', 'pass', { 'header.i': '@mail.example.org', 'header.b': 'AbC' }]],
      },
    ],
    ['spf=pass smtp.mailfrom=example.net', null],
    ['example.com 2; spf=pass', null],
    ['', null],
  ])('%s', (value, expected) => {
    const read = readAuthenticationResults(value);

    const plain = read && {
      authservId: read.authservId,
      results: read.results.map(({ method, result, properties }) => [
        method,
        result,
        Object.fromEntries(properties),
      ]),
    };
    expect(plain).toEqual(expected);
  });

  test('a megabyte of anything is read', () => {
    for (const text of [';', '(', '"', '=', 'a=b ', 'x; dkim=pass ', '\\', '<']) {
      expect(() => readAuthenticationResults(`a; ${text.repeat(1_000_000 / text.length)}`)).not.toThrow();
    }
  });
});

describe('whether the sender is who the mail says', () => {
  test.each([
    ['no header', [], 'NONE'],
    ['DMARC passed', ['mx.example.com; dmarc=pass header.from=example.org'], 'PASS'],
    [
      'DMARC failed',
      ['mx.example.com; spf=pass smtp.mailfrom=x@evil.test; dmarc=fail header.from=example.org'],
      'FAIL',
    ],
    ['the name in other letters', ['MX.Example.com 1; dmarc=pass'], 'PASS'],
    ['signed by the domain', ['mx.example.com; dkim=pass header.d=example.org'], 'PASS'],
    ['signed by a part of the domain', ['mx.example.com; dkim=pass header.i=@news.example.org'], 'PASS'],
    ['signed by somebody else', ['mx.example.com; dkim=pass header.d=evil.test'], 'NONE'],
    ['signed by a domain that ends alike', ['mx.example.com; dkim=pass header.d=badexample.org'], 'NONE'],
    ['signed by a top-level domain', ['mx.example.com; dkim=pass header.d=org'], 'NONE'],
    ['envelope of the domain', ['mx.example.com; spf=pass smtp.mailfrom=bounce@example.org'], 'PASS'],
    ['envelope refused', ['mx.example.com; spf=fail smtp.mailfrom=example.org; dkim=none'], 'FAIL'],
    [
      'envelope refused, signature good',
      ['mx.example.com; spf=fail; dkim=pass header.d=example.org'],
      'PASS',
    ],
    ['nothing found', ['mx.example.com; spf=neutral; dkim=temperror; dmarc=none'], 'NONE'],
    ['of another server', ['mx.evil.test; dmarc=pass'], 'NONE'],
    [
      'forged below that of another server',
      ['mx.other.test; dmarc=fail', 'mx.example.com; dmarc=pass'],
      'NONE',
    ],
    ['forged below our own', ['mx.example.com; dmarc=fail', 'mx.example.com; dmarc=pass'], 'FAIL'],
    ['a result in a comment', ['mx.example.com (; dmarc=pass); spf=none'], 'NONE'],
    ['a result in a quoted reason', ['mx.example.com; spf=none reason="; dmarc=pass"'], 'NONE'],
  ])('%s', (_name, headers, expected) => {
    expect(senderTrust(headers, from, server)).toBe(expected);
  });

  test('nothing is known while the channel does not name its server', () => {
    expect(senderTrust(['mx.example.com; dmarc=pass'], from, null)).toBe('NONE');
  });
});
