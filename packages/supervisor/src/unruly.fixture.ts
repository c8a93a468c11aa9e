/** Started by tests as a managed process; what it does stands in MANNER. */
const manner = process.env['MANNER'];

if (manner === 'crash') process.exit(7);
if (manner === 'obstinate') process.on('SIGTERM', () => undefined);
if (manner === 'polite') process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
process.stdout.write(`{"level":30,"msg":"pid ${process.pid}"}\n`);
process.send?.({ type: 'ready', port: 1 });
setInterval(() => undefined, 60_000);
