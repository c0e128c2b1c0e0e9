import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { describedWebhooks } from './open-api-webhooks.ts'

const prefix = '/docs'

/** Its library puts styles into its own page; scripts are files of ours. */
const pagePolicy = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'font-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
}

const description = `
API of the Kangbao (康报) server. Every route below \`/api\` names the permission it asks for; a role holds permissions.

**Sessions.** \`Authorization: Bearer …\`, from one of the sign-in routes; good for two hours, renewed before that.

**API tokens.** \`Authorization: Bearer kb_live_…\`, made by a main admin in the console for a program: good for the routes that
name one of its scopes. 600 requests a minute each; \`ratelimit-limit\`, \`ratelimit-remaining\` and \`ratelimit-reset\` say how
many are left. How to begin is in \`docs/api.md\`.

**Errors** are \`application/problem+json\` (RFC 9457). Branch on \`code\`, never on text. Any route may answer 400
\`request.invalid\`, 401 \`session.missing\` or \`session.expired\`, 403 \`permission.missing\`, 413 \`request.too-large\`,
429 \`rate.limited\` with \`retry-after\`, 500 \`server.failed\` and 503 \`server.overloaded\`; what else it may answer stands
with it.
`.trim()

/** Notes the contracts as they are registered; the page that shows them comes with `openApiPage`. */
export const openApi = fp(async (app: FastifyInstance) => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Kangbao (康报) API',
        version: '0.1.0',
        description,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      webhooks: describedWebhooks,
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A session' },
          apiToken: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'kb_live_…',
            description:
              'A token of a program, made in the console under 开放接口; good for the routes that name its scopes',
          },
        },
      },
    },
  })
  // The library's routes know nothing of our declarations: they are files, the same for everybody.
  app.addHook('onRoute', (options) => {
    if (options.url === prefix || options.url.startsWith(`${prefix}/`))
      options.config = { ...options.config, permission: 'public', rate: 'page' }
  })
})

/** The page at `/docs`. */
export const openApiPage = fp(async (app: FastifyInstance) => {
  await app.register(swaggerUi, { routePrefix: prefix, staticCSP: pagePolicy })
})
