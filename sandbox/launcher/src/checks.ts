import { join } from 'node:path'
import { runScript } from './build.ts'
import { repoRoot, workspaces } from './layout.ts'
import { add, nothing, oneCheck, type Tally } from './tally.ts'

export type CheckPart = 'types' | 'lint'

interface Check {
  readonly part: CheckPart
  readonly workspace: Parameters<typeof runScript>[0] & { readonly name: string }
  readonly script: string
  /** Begun first, so that the lanes end together. */
  readonly isSlow: boolean
}

const laneCount = 2

/** Types and style of everything, one check for each core at a time. */
export async function runChecks(parts: readonly CheckPart[]): Promise<Tally> {
  const queue = [...typeChecks(), ...styleChecks()]
    .filter(({ part }) => parts.includes(part))
    .sort((a, b) => Number(b.isSlow) - Number(a.isSlow))
  let tally = nothing
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { code, output } = await runScript(next.workspace, next.script)
      if (isEmptyPackage(output)) continue
      console.log(`${code === 0 ? '✓' : '✗'} ${next.script} ${next.workspace.name}`)
      if (code !== 0) console.log(output.trim())
      tally = add(tally, oneCheck(code === 0))
    }
  }
  await Promise.all(Array.from({ length: laneCount }, lane))
  return tally
}

const typeChecks = (): Check[] =>
  workspaces()
    .filter(({ scripts }) => scripts['typecheck'])
    .map((workspace) => ({
      part: 'types',
      workspace,
      script: 'typecheck',
      // Vue's checker, which is not the native one.
      isSlow: workspace.scripts['typecheck']?.includes('vue-tsc') ?? false,
    }))

function styleChecks(): Check[] {
  const cache = (tool: string): string =>
    `--cache --cache-location ${JSON.stringify(join(repoRoot, '.cache', tool))}`
  const workspace = {
    name: 'everything',
    folder: repoRoot,
    scripts: {
      eslint: `eslint . --max-warnings 0 ${cache('eslint')}`,
      prettier: `prettier --check --log-level warn . ${cache('prettier')}`,
    },
  }
  return [
    { part: 'lint', workspace, script: 'eslint', isSlow: true },
    { part: 'lint', workspace, script: 'prettier', isSlow: false },
  ]
}

// "No inputs were found": a room of the house that nobody has moved into yet.
const isEmptyPackage = (output: string): boolean => output.includes('error TS18003')
