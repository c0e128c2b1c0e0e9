// The floor of a live notice: a bare HTTP server that writes the same bytes to every open stream.
import { createServer } from 'node:http'

const streams = new Set()
const server = createServer((request, response) => {
  if (request.method === 'GET' && request.url === '/ready') return response.end('ok')
  if (request.method === 'POST') {
    for (const stream of streams) stream.write(`event: message\ndata: ${'x'.repeat(180)}\n\n`)
    return response.end('{}')
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write('event: hello\ndata: {}\n\n')
  streams.add(response)
  response.on('close', () => streams.delete(response))
})
server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 })
process.once('SIGTERM', () => {
  server.closeAllConnections()
  server.close()
})
