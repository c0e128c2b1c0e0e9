import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const pageBytes = 4_096
const memoryLookMs = 50

export interface CageLimits {
  readonly timeMs: number
  /** Most resident memory, where the system tells it (Linux). */
  readonly memoryBytes: number
  /** Most of JavaScript's own heap. */
  readonly heapMebibytes: number
  readonly outputBytes: number
}

/** The process in the cage crashed, gave up, or went over a limit. */
export class CageBroken extends Error {
  override readonly name = 'CageBroken'
}

/**
 * Runs a program in a process of its own that has nothing of ours: no environment, no open files, only the bytes it is
 * given. It is ended when it goes over a limit.
 * @param program file beside the caller's, without its ending.
 * @param given.beside the caller's `import.meta.url`.
 * @returns what it wrote to standard output.
 * @throws CageBroken
 */
export function inCage(
  program: string,
  given: {
    beside: string
    args: readonly string[]
    input: Buffer
    limits: CageLimits
    /** Ends it before its time, as nobody waits for the answer any more. */
    signal?: AbortSignal | undefined
  },
): Promise<Buffer> {
  const { limits, signal } = given
  const child = start(program, given)
  return new Promise((resolve, reject) => {
    const output: Buffer[] = []
    let outputBytes = 0
    const end = (why: string) => {
      child.kill('SIGKILL')
      reject(new CageBroken(why))
    }
    const timer = setTimeout(() => end('took too long'), limits.timeMs)
    const watch = setInterval(() => {
      void residentBytes(child).then((bytes) => bytes > limits.memoryBytes && end('took too much memory'))
    }, memoryLookMs)
    child.stdout?.on('data', (piece: Buffer) => {
      outputBytes += piece.length
      if (outputBytes > limits.outputBytes) end('wrote too much')
      else output.push(piece)
    })
    const callOff = () => end('was called off')
    if (signal?.aborted) callOff()
    signal?.addEventListener('abort', callOff, { once: true })
    child.once('error', () => end('did not start'))
    child.once('close', (code) => {
      signal?.removeEventListener('abort', callOff)
      clearTimeout(timer)
      clearInterval(watch)
      if (code === 0) resolve(Buffer.concat(output))
      else reject(new CageBroken('ended without an answer')) // without effect once ended for a reason
    })
    // One that dies early breaks the pipe; its end says so.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(given.input)
  })
}

function start(
  program: string,
  { beside, args, limits }: { beside: string; args: readonly string[]; limits: CageLimits },
): ChildProcess {
  const bundled = fileURLToPath(new URL(`./${program}.js`, beside))
  const source = fileURLToPath(new URL(`./${program}.ts`, beside))
  const [file, loader] = existsSync(bundled) ? [bundled, []] : [source, ['--import', 'tsx']]
  return spawn(process.execPath, [...loader, `--max-old-space-size=${limits.heapMebibytes}`, file, ...args], {
    cwd: dirname(file),
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
  })
}

async function residentBytes({ pid }: ChildProcess): Promise<number> {
  try {
    return Number((await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')[1]) * pageBytes
  } catch {
    return 0 // gone, or a system that does not tell
  }
}
