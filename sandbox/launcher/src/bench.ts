import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { buildChanged } from './build.ts'
import { repoRoot } from './layout.ts'

/** `npm run bench`: builds what changed, then measures the built product; arguments go to `bench/run.ts`. */
export async function run(args: readonly string[]): Promise<number> {
  await buildChanged({ onBuild: (name) => console.log(`… ${name}`) })
  const child = spawn(process.execPath, ['--import', 'tsx', join(repoRoot, 'bench', 'run.ts'), ...args], {
    cwd: repoRoot,
    stdio: 'inherit',
  })
  return new Promise((done) => child.once('exit', (code) => done(code ?? 1)))
}
