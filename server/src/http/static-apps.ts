import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { appIds } from '@kangbao/shared/contracts/sessions.ts'
import { framingOrigins, pageHeaders } from './security-headers.ts'

const open = { config: { permission: 'public' as const, rate: 'page' as const } }
/** Lets an app open without a network; its scope is the folder it lies in. */
const workerFile = 'sw.js'
const placeholder = '<!--workplace-shim-->'
/** The page of shared tablets: framed by nobody, without a host, and the only one that reads codes by camera. */
const kioskPage = '/m/forms/kiosk'

interface StaticApp {
  /** Address prefix, with slashes at both ends. */
  readonly prefix: string
  readonly folder: string
  /** Runs inside the workplace's frame and may need its bridge. */
  readonly isFramed: boolean
}

/** Serves the built mini-apps and the console: hashed assets for a year, the page itself never from a cache. */
export async function staticApps(app: FastifyInstance) {
  const root = resolve(app.deps.config.STATIC_DIR ?? '.')
  await app.register(fastifyStatic, { root, serve: false, preCompressed: true })
  const apps: StaticApp[] = [
    ...appIds.map((id) => ({
      prefix: `/m/${id}/`,
      folder: join(root, 'miniapps', id, 'dist'),
      isFramed: true,
    })),
    { prefix: '/console/', folder: join(root, 'admin-console', 'dist'), isFramed: false },
  ]
  for (const each of apps) serve(app, each)
}

function serve(app: FastifyInstance, { prefix, folder, isFramed }: StaticApp) {
  const { config } = app.deps
  const origins = framingOrigins(config)
  const hasWorker = existsSync(join(folder, workerFile))

  function page(request: FastifyRequest, reply: FastifyReply) {
    const file = join(folder, 'index.html')
    if (!existsSync(file)) return reply.callNotFound()
    const isKiosk = request.raw.url?.split('?')[0] === kioskPage
    const isInHost = isFramed && !isKiosk
    const shimUrl = isInHost ? reachableShim(config.WORKPLACE_SHIM_URL, request.hostname) : undefined
    return (
      pageHeaders(reply, {
        ancestors: isInHost ? origins : [],
        scripts: isKiosk ? ["'wasm-unsafe-eval'"] : shimUrl ? [new URL(shimUrl).origin] : [],
        typePolicies: [
          // The console's charts empty their element by `innerHTML`; its default policy lets that through, nothing else.
          ...(isFramed ? [] : ['default']),
          // Names the one worker of the app, and nothing else.
          ...(hasWorker ? ['kangbao-worker'] : []),
        ],
      })
        .type('text/html; charset=utf-8')
        .header('cache-control', 'no-cache')
        // Inside the frame the bridge knows a reload by the referrer, which is ourselves.
        .header('referrer-policy', 'same-origin')
        // In the workplace the place comes over the bridge; outside of it the page asks the browser.
        .header('permissions-policy', `geolocation=(self), camera=(${isKiosk ? 'self' : ''}), microphone=()`)
        .send(
          readFileSync(file, 'utf8').replace(
            placeholder,
            shimUrl ? `<script src="${shimUrl}"></script>` : '',
          ),
        )
    )
  }

  /** What the worker fetches is judged by its own policy: our files, and the host's script that the page loads. */
  function worker(request: FastifyRequest, reply: FastifyReply) {
    const shimUrl = reachableShim(config.WORKPLACE_SHIM_URL, request.hostname)
    const sources = ["'self'", ...(shimUrl ? [new URL(shimUrl).origin] : [])].join(' ')
    return reply
      .header('content-security-policy', `default-src 'none'; script-src 'self'; connect-src ${sources}`)
      .sendFile(workerFile, folder, { maxAge: 0 })
  }

  app.get(prefix.slice(0, -1), open, async (request, reply) => {
    const query = request.raw.url?.split('?')[1]
    return reply.redirect(query ? `${prefix}?${query}` : prefix)
  })
  app.get<{ Params: { '*': string } }>(`${prefix}*`, open, async (request, reply) => {
    const name = request.params['*']
    if (!/\.\w{1,8}$/.test(name) || name.endsWith('.html')) return page(request, reply)
    // Source maps are made for us, and hidden files by accident: neither leaves.
    if (name === workerFile && hasWorker) return worker(request, reply)
    if (name.endsWith('.map') || /(^|\/)\./.test(name)) return reply.callNotFound()
    const isHashed = name.startsWith('assets/')
    return reply.sendFile(name, folder, isHashed ? { maxAge: '1y', immutable: true } : { maxAge: 0 })
  })
}

/**
 * An embedded workplace on this machine is registered as `localhost`; a phone on the network reaches it by the name the
 * phone used for us.
 */
function reachableShim(shimUrl: string | undefined, hostname: string): string | undefined {
  if (!shimUrl) return undefined
  const url = new URL(shimUrl)
  if (url.hostname === 'localhost') url.hostname = hostname
  return url.toString()
}
