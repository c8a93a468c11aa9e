/**
 * A connector as a process of its own: `node connector-process.ts SETTINGS`, in JSON. It works until it is killed, or dies
 * at the point that the process which started it tells it.
 */
import { FakeConnector, type ConnectorSettings, type Death } from './fake-connector.ts';

const connector = new FakeConnector(JSON.parse(process.argv[2] ?? '{}') as ConnectorSettings);
process.on('message', (message) => {
  connector.dieAt((message as { death: Death | null }).death);
});
process.once('disconnect', () => process.exit(0));
await connector.run();
