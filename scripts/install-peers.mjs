/** `node scripts/install-peers.mjs`: installs test/peers, what others wrote to hold ours against, unless it is already. */
import { ensurePeersInstalled } from './lib/install.mjs';
import { fail } from './lib/run.mjs';

await ensurePeersInstalled().catch(fail);
