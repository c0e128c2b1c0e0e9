import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError, fromConstraint, problemOf } from '../errors.ts'

/** Every refusal of the client API leaves as application/problem+json with a code. */
export function handleProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = asAppError(error)
    if (!known) request.log.error({ err: error }, 'request failed')
    return sendProblem(request, reply, known ?? new AppError('server.error'))
  })
}

function asAppError(error: FastifyError): AppError | null {
  if (error instanceof AppError) return error
  if (error.validation) {
    const problems = error.validation.map(({ instancePath, message }) => ({ path: instancePath, message }))
    return new AppError('request.invalid', { part: error.validationContext, problems })
  }
  if (error.statusCode === 429) return new AppError('rate.limited')
  if (error.statusCode === 413) return new AppError('request.too-large')
  if (error.statusCode && error.statusCode < 500)
    return new AppError('request.invalid', { reason: error.code })
  return fromConstraint(error)
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: AppError): FastifyReply {
  return reply.code(error.status).type('application/problem+json').send(problemOf(error, request.id))
}
