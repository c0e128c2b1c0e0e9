// The floor of a cold start: Fastify with one route.
import fastify from 'fastify'

const app = fastify()
app.get('/', async () => ({ ok: true }))
await app.listen({ port: Number(process.argv[2]), host: '127.0.0.1' })
process.once('SIGTERM', () => void app.close())
