/**
 * Handed to Node by `NODE_OPTIONS=--import`, so that every process that is started has it: writes down each connection and each
 * name that is asked for, into the file that `TESSERA_CONNECTIONS` names.
 */
import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const file = process.env.TESSERA_CONNECTIONS ?? '';
const note = (what, asked) => appendFileSync(file, `${what} ${JSON.stringify(asked)}\n`);

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  note('connect', args[0]);
  return connect.apply(this, args);
};
for (const [module, names] of [
  [dns, ['lookup', 'resolve', 'resolve4', 'resolve6']],
  [dns.promises, ['lookup', 'resolve', 'resolve4', 'resolve6']],
  [dgram, ['createSocket']],
]) {
  for (const name of names) {
    const real = module[name];
    module[name] = (...args) => {
      note(name, args[0]);
      return real.apply(module, args);
    };
  }
}
syncBuiltinESMExports();
