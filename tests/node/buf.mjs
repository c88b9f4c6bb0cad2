// Runs buf with these arguments, from the repository's proto folder: `node tests/node/buf.mjs lint`. The package
// @bufbuild/buf would do this too, but needs the binaries of six platforms to exist in the registry.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const platform = `${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`;
const buf = createRequire(import.meta.url).resolve(`@bufbuild/buf-${platform}/bin/buf`);
const cwd = fileURLToPath(new URL('../../proto', import.meta.url));
process.exitCode = spawnSync(buf, process.argv.slice(2), { cwd, stdio: 'inherit' }).status ?? 1;
