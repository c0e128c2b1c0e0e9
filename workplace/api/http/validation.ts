import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'

/**
 * Checks requests against the contracts. Path and query arrive as text and are read as what they stand for; a body
 * says its own types, so `"1"` for a number or `"false"` for a flag is refused, not guessed at.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = Compile(schema)
  return (given: unknown) => {
    const value =
      httpPart === 'body' ? given : Value.Convert(schema, Value.Default(schema, structuredClone(given)))
    if (compiled.Check(value)) return { value }
    const error = [...compiled.Errors(value)].map(
      ({ instancePath, message, keyword, params, schemaPath }) => ({
        instancePath,
        message,
        keyword,
        params: { ...params },
        schemaPath,
      }),
    )
    return { error }
  }
}
