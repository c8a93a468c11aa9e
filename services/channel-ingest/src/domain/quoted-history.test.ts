import { describe, expect, test } from '@jest/globals';
import { cutQuotedHistory, historyStart, isForward } from './quoted-history.ts';

const cut = (text: string): { text: string; quoted: boolean } => cutQuotedHistory(text, { forwarded: false });

describe('introductions of quotes', () => {
  test.each([
    ['en, Gmail', 'On Mon, Mar 2, 2026 at 9:00 AM Ada Example <ada@example.org> wrote:'],
    ['en, Apple', 'On 2 Mar 2026, at 09:00, Ada Example <ada@example.org> wrote:'],
    ['en, Thunderbird', 'On 3/2/26 09:00, Ada Example wrote:'],
    ['en, Outlook for iOS', 'On Mon, Mar 2, 2026 at 9:00 AM +0100, "Ada" <ada@example.org> wrote:'],
    ['en, Horde', 'Quoting Ada Example <ada@example.org>:'],
    ['en, Notes', 'Ada Example <ada@example.org> wrote on 02.03.2026 09:00:'],
    ['en, mutt', 'Ada Example wrote:'],
    ['de, Gmail', 'Am Mo., 2. März 2026 um 09:00 Uhr schrieb Ada Example <ada@example.org>:'],
    ['de, Thunderbird', 'Am 02.03.26 um 09:00 schrieb Ada Example:'],
    ['de, without a date', 'Ada schrieb:'],
    ['de, with no more than a day', 'Am 2. März 2026 schrieb Ada:'],
    ['fr, Gmail', 'Le lun. 2 mars 2026 à 09:00, Ada Example <ada@example.org> a écrit :'],
    ['fr, Thunderbird', 'Le 02/03/2026 à 09:00, Ada Example a écrit\u00a0:'],
    ['es, Gmail', 'El lun, 2 mar 2026 a las 9:00, Ada Example (<ada@example.org>) escribió:'],
    ['it, Gmail', 'Il giorno lun 2 mar 2026 alle ore 09:00 Ada Example <ada@example.org> ha scritto:'],
    ['pt, Gmail', 'Em seg., 2 de mar. de 2026 às 09:00, Ada Example <ada@example.org> escreveu:'],
    ['nl, Gmail', 'Op ma 2 mrt 2026 om 09:00 schreef Ada Example <ada@example.org>:'],
    ['sv, Gmail', 'Den mån 2 mars 2026 kl 09:00 skrev Ada Example <ada@example.org>:'],
    ['da, Gmail', 'Den man. 2. mar. 2026 kl. 09.00 skrev Ada Example <ada@example.org>:'],
    ['nb, Gmail', 'man. 2. mars 2026 kl. 09:00 skrev Ada Example <ada@example.org>:'],
    ['fi, Gmail', 'ma 2. maalisk. 2026 klo 9.00 Ada Example (ada@example.org) kirjoitti:'],
    ['pl, Gmail', 'pon., 2 mar 2026 o 09:00 Ada Example <ada@example.org> napisał(a):'],
    ['pl, Thunderbird', 'W dniu 2.03.2026 o 09:00, Ada Example pisze:'],
    ['cs, Gmail', 'po 2. 3. 2026 v 9:00 odesílatel Ada Example <ada@example.org> napsal:'],
    ['cs, Thunderbird', 'Dne 2. 3. 2026 v 9:00 Ada Example napsal(a):'],
    ['hu, Gmail', 'Ada Example <ada@example.org> ezt írta (időpont: 2026. márc. 2., H, 9:00):'],
    ['ro, Gmail', 'În lun., 2 mar. 2026 la 09:00, Ada Example <ada@example.org> a scris:'],
    ['ru, Gmail', 'пн, 2 мар. 2026 г. в 09:00, Ada Example <ada@example.org>:'],
    ['ru, Apple', '2 марта 2026 г., в 9:00, Ada Example <ada@example.org> написал(а):'],
    ['uk, Gmail', 'пн, 2 бер. 2026 р. о 09:00 Ada Example <ada@example.org> пише:'],
    ['tr, Gmail', 'Ada Example <ada@example.org>, 2 Mar 2026 Pzt, 09:00 tarihinde şunu yazdı:'],
    ['ja, Gmail', '2026年3月2日(月) 9:00 Ada Example <ada@example.org>:'],
    ['ja, Apple', '2026/03/02 9:00、Ada Example <ada@example.org>のメール:'],
    ['zh, Gmail', 'Ada Example <ada@example.org> 于2026年3月2日周一 09:00写道：'],
    ['zh-TW, Gmail', 'Ada Example <ada@example.org> 於 2026年3月2日 週一 上午9:00寫道：'],
    ['ko, Gmail', '2026년 3월 2일 (월) 오전 9:00, Ada Example <ada@example.org>님이 작성:'],
  ])('%s', (_name, line) => {
    // Clients break long lines before the address.
    const address = line.search(/ [<(]ada@/);
    const wrapped = `${line.slice(0, address)}\n${line.slice(address + 1)}`;

    expect(cut(`Yes.\n\n${line}\n\n> Is it?\n> Really?`)).toEqual({ text: 'Yes.', quoted: true });
    if (address > 30) expect(cut(`Yes.\n\n${wrapped}\n> Is it?`)).toEqual({ text: 'Yes.', quoted: true });
    if (line.includes('@') && /\d/.test(line))
      expect(cut(`Yes.\n\n${line}\n\nIs it?\n\nAda`)).toEqual({ text: 'Yes.', quoted: true });
  });

  test.each([
    'On Monday 2 March 2026 your colleague wrote:\nwe refund you\nWhere is it?',
    'The error is:\n12:00 out of paper',
    'My address is: ada@example.org, since 2026:\nplease note',
    'He said: no.',
  ])('words of the author that look a little like one stay: %s', (text) => {
    expect(cut(text)).toEqual({ text, quoted: false });
  });

  test('the paragraph right above an introduction stays', () => {
    expect(cut('On 2 March 2026 it broke.\nAda wrote:\n> Is it?').text).toBe('On 2 March 2026 it broke.');
  });
});

describe('header blocks', () => {
  test.each([
    ['en', 'From: Ada <ada@example.org>\nSent: Monday, 2 March 2026 09:00\nTo: Support\nSubject: Printer'],
    ['en, bold', '*From:* Ada\n*Sent:* Monday\n*To:* Support\n*Subject:* Printer'],
    ['en, blank lines between', 'From: Ada\n\nSent: Monday\n\nTo: Support\n\nSubject: Printer'],
    ['en, long list of recipients', `From: Ada\nSent: Monday\nTo: a@b.c;\n d@e.f;\nCc: x\nSubject: Printer`],
    ['de', 'Von: Ada\nGesendet: Montag, 2. März 2026 09:00\nAn: Support\nBetreff: Drucker'],
    ['fr', 'De : Ada\nEnvoyé : lundi 2 mars 2026 09:00\nÀ : Support\nObjet : Imprimante'],
    ['es', 'De: Ada\nEnviado el: lunes\nPara: Support\nAsunto: Impresora'],
    ['it', 'Da: Ada\nInviato: lunedì\nA: Support\nOggetto: Stampante'],
    ['pt', 'De: Ada\nEnviado: segunda-feira\nPara: Support\nAssunto: Impressora'],
    ['nl', 'Van: Ada\nVerzonden: maandag\nAan: Support\nOnderwerp: Printer'],
    ['sv', 'Från: Ada\nSkickat: måndag\nTill: Support\nÄmne: Skrivare'],
    ['da', 'Fra: Ada\nSendt: mandag\nTil: Support\nEmne: Printer'],
    ['nb', 'Fra: Ada\nDato: mandag\nTil: Support\nEmne: Skriver'],
    ['fi', 'Lähettäjä: Ada\nLähetetty: maanantai\nVastaanottaja: Support\nAihe: Tulostin'],
    ['pl', 'Od: Ada\nWysłano: poniedziałek\nDo: Support\nTemat: Drukarka'],
    ['cs', 'Od: Ada\nOdesláno: pondělí\nKomu: Support\nPředmět: Tiskárna'],
    ['hu', 'Feladó: Ada\nElküldve: hétfő\nCímzett: Support\nTárgy: Nyomtató'],
    ['ro', 'De la: Ada\nTrimis: luni\nCătre: Support\nSubiect: Imprimantă'],
    ['ru', 'От: Ada\nОтправлено: понедельник\nКому: Support\nТема: Принтер'],
    ['uk', 'Від: Ada\nНадіслано: понеділок\nКому: Support\nТема: Принтер'],
    ['tr', 'Kimden: Ada\nGönderildi: Pazartesi\nKime: Support\nKonu: Yazıcı'],
    ['ja', '差出人: Ada\n送信日時: 月曜日\n宛先: Support\n件名: プリンター'],
    ['zh', '发件人：Ada\n发送时间：星期一\n收件人：Support\n主题：打印机'],
    ['zh-TW', '寄件者: Ada\n寄件日期: 星期一\n收件者: Support\n主旨: 印表機'],
    ['ko', '보낸 사람: Ada\n보낸 날짜: 월요일\n받는 사람: Support\n제목: 프린터'],
  ])('%s', (_name, block) => {
    expect(cut(`Done.\n\n${block}\n\nIt burns.`)).toEqual({ text: 'Done.', quoted: true });
    expect(cut(`Done.\n________________________________\n${block}\n\nIt burns.`).text).toBe('Done.');
  });

  test.each([
    ['a few fields of a form', 'From: Berlin\nTo: Paris\n\nPlease book it.'],
    ['a line of underscores', 'a\n________________________________\nb'],
    ['a table of dates', 'Date: Monday\nSubject: Physics'],
  ])('%s is none', (_name, text) => {
    expect(cut(text)).toEqual({ text, quoted: false });
  });
});

test.each([
  '-----Original Message-----',
  '----- Original Message -----',
  '-----Ursprüngliche Nachricht-----',
  "-----Message d'origine-----",
  '-----Mensaje original-----',
  '-----Messaggio originale-----',
  '-----Mensagem original-----',
  '-----Oorspronkelijk bericht-----',
  '-----Ursprungligt meddelande-----',
  '-----Oprindelig meddelelse-----',
  '-----Opprinnelig melding-----',
  '-----Alkuperäinen viesti-----',
  '-----Oryginalna wiadomość-----',
  '-----Původní zpráva-----',
  '-----Eredeti üzenet-----',
  '-----Mesaj original-----',
  '-----Исходное сообщение-----',
  '-----Вихідне повідомлення-----',
  '-----Orijinal Mesaj-----',
  '-----元のメッセージ-----',
  '-----原始邮件-----',
  '-----원본 메시지-----',
  '-------- Original message --------',
])('all below %s is history', (line) => {
  expect(cut(`Done.\n\n${line}\nFrom: x\n\nHi`)).toEqual({ text: 'Done.', quoted: true });
  expect(cut(`Done.\n\n${line}\nHi`)).toEqual({ text: 'Done.', quoted: true });
});

describe('what stays', () => {
  test.each([
    ['no quotation', 'Hello\n\nBye', 'Hello\n\nBye'],
    ['answers between quotations', '> One?\nYes.\n> Two?\nNo.', '> One?\nYes.\n> Two?\nNo.'],
    ['answers between, without the rest', '> One?\nYes.\n\n> rest\n> rest', '> One?\nYes.'],
    ['an answer below the quote', 'Ada wrote:\n> Is it?\n\nYes.', 'Ada wrote:\n> Is it?\n\nYes.'],
    [
      'an answer below the quote of an old client',
      '----- Original Message -----\nFrom: Ada\nTo: x\n\n> Is it?\n\nYes.',
      '----- Original Message -----\nFrom: Ada\nTo: x\n\n> Is it?\n\nYes.',
    ],
    ['nothing but quotation', '> all\n> quoted', '> all\n> quoted'],
    ['nothing but an introduction and quotation', 'Ada wrote:\n> all', 'Ada wrote:\n> all'],
    [
      'nothing but a history',
      'From: a\nSent: b\nTo: c\nSubject: d\n\ne',
      'From: a\nSent: b\nTo: c\nSubject: d\n\ne',
    ],
    ['a signature', 'Yes.\n\n-- \nAda', 'Yes.\n\n-- \nAda'],
    ['a signature above the quote', 'Yes.\n\n-- \nAda\n\nBob wrote:\n> Is it?', 'Yes.\n\n-- \nAda'],
    ['no signature below the quote', 'Yes.\n\nBob wrote:\n> Is it?\n\n-- \nAda\nExample Ltd', 'Yes.'],
    ['no footer of a list', 'Yes.\n> Is it?\n____________________\nlist@example.org', 'Yes.'],
    ['nor what a client broke off long lines', `Yes.\n> ${'x'.repeat(60)} is\nit?\n> Really?`, 'Yes.'],
    [
      'a short answer between long lines',
      `> ${'x'.repeat(60)}?\nyes\n> More?\nno`,
      `> ${'x'.repeat(60)}?\nyes\n> More?\nno`,
    ],
    [
      'no divider above headers above a quote',
      'Yes.\n\n----- Original Message -----\n\nFrom: a\nTo: b\nSent: c\n\n> Is it?',
      'Yes.',
    ],
    ['CRLF', 'Yes.\r\n\r\nAda wrote:\r\n> Is it?\r\n', 'Yes.'],
  ])('%s', (_name, text, expected) => {
    expect(cut(text)).toEqual({
      text: expected,
      quoted: expected.length < text.replaceAll('\r\n', '\n').trim().length,
    });
  });

  test.each([
    '---------- Forwarded message ---------',
    '-------- Weitergeleitete Nachricht --------',
    'Begin forwarded message:',
    '--- begin forwarded text',
    '- --- begin forwarded text',
    'Anfang der weitergeleiteten Nachricht:',
    'Début du message transféré :',
    '---------- Пересылаемое сообщение ---------',
    '---------- 转发的邮件 ---------',
  ])('a forwarded mail below %s', (line) => {
    const text = `See below.\n\n${line}\nFrom: Ada\nSent: Monday\nTo: x\nSubject: y\n\n> It burns.`;

    expect(cut(text)).toEqual({ text, quoted: false });
  });

  test('what a mail forwards by its subject, in whatever form', () => {
    const text = 'See below.\n\n-----Original Message-----\nFrom: Ada\n\nIt burns.\n> quoted';

    expect(cutQuotedHistory(text, { forwarded: true })).toEqual({ text, quoted: false });
  });
});

test.each([
  ['Fwd: Printer', true],
  ['FW: Printer', true],
  ['WG: AW: Drucker', true],
  ['TR : Imprimante', true],
  ['转发：打印机', true],
  ['Re: Fwd: Printer', false],
  ['Forward: gear broken', false],
  ['Printer', false],
])('%s is a forward: %s', (subject, expected) => {
  expect(isForward(subject)).toBe(expected);
});

describe('fault 15: a large text', () => {
  const lines = [
    '',
    'x:',
    '>',
    'On 2 Mar 2026, a@b wrote:',
    'From: a',
    'Sent: b',
    'To: c',
    '-- ',
    '_'.repeat(30),
  ];
  lines.push('-----Original Message-----', ' '.repeat(399), 'x:'.repeat(150));
  const mixtures = lines.flatMap((one) => lines.map((other) => [one, other]));

  test('costs a few reads of each line, whatever the lines are', () => {
    for (const mixture of mixtures) {
      const size = mixture.join('\n').length + 1;
      const text = Array.from({ length: Math.ceil(5_000 / size) }, () => mixture).flat();
      let reads = 0;
      const counted = new Proxy(text, {
        get(target, name) {
          reads += 1;
          return Reflect.get(target, name) as unknown;
        },
      });

      historyStart(counted, { forwarded: false });

      expect(reads / text.length).toBeLessThan(80);
    }
  });

  test.each([
    'On ',
    '> ',
    '-----',
    'wrote: ',
    '_',
    ' ',
    ':',
    '*',
    'From: ',
    '\u00a0',
    '(',
    '\n',
    '> \n',
    ':\n',
  ])('a megabyte of nothing but %j keeps what was written', (piece) => {
    const text = `Written.\n\n${piece.repeat(1_000_000 / piece.length)}`;

    expect(cut(text).text.startsWith('Written.')).toBe(true);
  });
});
