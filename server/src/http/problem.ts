import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { errorCatalogue, type ErrorCode } from '@kangbao/shared/errors/catalogue.ts'
import type { Problem } from '@kangbao/shared/errors/problem.ts'
import { isOutage } from '../db/outage.ts'
import { AppError } from '../errors.ts'
import { FileStoreAway } from '../ports/file-store.ts'
import { commonHeaders } from './security-headers.ts'

/** Every failure leaves as RFC 9457 `application/problem+json`; what we did not expect is logged and says little. */
export const problemPlugin = fp(async (app: FastifyInstance) => {
  app.setErrorHandler((error: FastifyError | AppError, request, reply) => {
    const problem = asProblem(error, request)
    if (problem.status >= 500 && !(error instanceof AppError))
      request.log.error({ err: error }, 'request failed')
    return sendProblem(reply, problem)
  })
  app.setNotFoundHandler((request, reply) => sendProblem(reply, problemOf(request.id, 'route.missing', {})))
})

/** Answers an address that cannot be read, which comes before routes, hooks and the handler above. */
export function refuseAddress(_error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(commonHeaders)
  void sendProblem(reply, problemOf(request.id, 'request.invalid', { part: 'url' }))
}

function asProblem(error: FastifyError | AppError, request: FastifyRequest): Problem {
  if (error instanceof AppError) return problemOf(request.id, error.code, error.details)
  if (error.validation) {
    // Where and what rule, never the value: it may be personal.
    const where = error.validation.map(({ instancePath, keyword, params }) => ({
      at: instancePath,
      keyword,
      params,
    }))
    return problemOf(request.id, 'request.invalid', { part: error.validationContext, where })
  }
  if (error.statusCode === 413) return problemOf(request.id, 'request.too-large', {})
  if (error.statusCode === 429) return problemOf(request.id, 'rate.limited', {})
  if (error.statusCode === 503) return problemOf(request.id, 'server.overloaded', {})
  if (error.statusCode !== undefined && error.statusCode < 500)
    return problemOf(request.id, 'request.invalid', {})
  if (isOutage(error) || error instanceof FileStoreAway)
    return problemOf(request.id, 'server.unavailable', {})
  return problemOf(request.id, 'server.failed', {})
}

/** What goes out for an error, whoever writes it. */
export function problemOf(
  requestId: string,
  code: ErrorCode,
  details: Readonly<Record<string, unknown>>,
): Problem {
  const { status, title } = errorCatalogue[code]
  return { type: `urn:kangbao:${code}`, title, status, code, details, requestId }
}

/** What was said of bytes that then did not come. */
const headersOfContent = ['content-disposition', 'content-range', 'accept-ranges']

function sendProblem(reply: FastifyReply, problem: Problem) {
  for (const name of headersOfContent) reply.removeHeader(name)
  const given = problem.details['retryAfterS']
  if (problem.status === 429 || problem.status === 503 || given !== undefined) {
    reply.header('retry-after', typeof given === 'number' ? given : 2)
  }
  return reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem))
}
