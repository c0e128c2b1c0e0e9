import {
  GovernmentReceipt,
  GovernmentRefusal,
  GovernmentReport,
  GovernmentTakenPage,
  governmentHeaders,
  governmentReportSchemaName,
  signatureSuites,
} from './government.ts'

const text = (description: string, schema: object = {}) => ({
  description,
  schema: { type: 'string', ...schema },
})
const callHeader = (name: string, description: string, schema: object = {}, required = true) => ({
  name,
  in: 'header',
  required,
  ...text(description, schema),
})
const problem = (description: string, code: string, more: object = {}) => ({
  description,
  ...more,
  content: {
    'application/problem+json': {
      schema: { $ref: '#/components/schemas/Refusal' },
      example: { code, title: 'What is wrong', detail: 'Where, and how it can be mended' },
    },
  },
})
const retryAfter = {
  headers: { 'Retry-After': { ...text('Seconds or a date, up to six hours'), required: false } },
}

const signedHeaders = (idempotencyKey: string) => [
  callHeader(governmentHeaders.idempotencyKey, idempotencyKey, { format: 'uuid' }),
  callHeader(governmentHeaders.keyId, 'Which key signs'),
  callHeader(governmentHeaders.timestamp, 'Time of this try; five minutes off at most', {
    format: 'date-time',
  }),
  callHeader(
    governmentHeaders.suite,
    'How it is signed',
    { enum: signatureSuites, default: signatureSuites[0] },
    false,
  ),
  callHeader(governmentHeaders.signature, 'Lower-case hex', { pattern: '^[0-9a-f]+$' }),
]
const answerSignature = {
  [governmentHeaders.receiptSignature]: {
    ...text('Lower-case hex over the bytes of this answer'),
    required: true,
  },
}
const asked = (name: string, description: string, required: boolean, schema: object = {}) => ({
  name,
  in: 'query',
  required,
  ...text(description, schema),
})

const example = {
  schema: governmentReportSchemaName,
  reportId: '01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2c',
  org: { corpId: 'ding0123456789abcdef', name: '示例企业' },
  day: '2026-03-02',
  sequence: 12,
  madeAt: '2026-03-02T14:00:00.000Z',
  automatic: true,
  kind: 'health',
  counts: { totalMembers: 120, collected: 118, notCollected: 2, abnormal: 1, fever: 0 },
}

const heldExample = {
  reportId: example.reportId,
  corpId: example.org.corpId,
  kind: example.kind,
  day: example.day,
  sequence: example.sequence,
  bodyHash: 'b80cf8da6da4d9dae0cd9d9562e089959a94a47ce9e03a5c145a74ca739066c8',
  receiptNo: 'JK-20260302-0D6F8D0A1B2C',
}

/**
 * What a receiver of reports implements, as an OpenAPI 3.1 document (Z-47); `docs/government-openapi.json` is made of it.
 * Words and reasons stand in docs/government-api.md.
 */
export function governmentOpenApi(): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kangbao government reports',
      version: governmentReportSchemaName.split('/')[1],
      description: 'The government runs this endpoint, Kangbao calls it. See government-api.md.',
    },
    paths: {
      '/v1/reports': {
        post: {
          operationId: 'takeReport',
          summary: 'Takes a report once and answers with a signed receipt',
          parameters: signedHeaders('The report’s id, the same on every try'),
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: { $ref: '#/components/schemas/Report' }, example },
            },
          },
          responses: {
            200: {
              description: 'Taken; a key that was taken before is answered with the same receipt',
              headers: answerSignature,
              content: {
                'application/json': {
                  schema: { $ref: '#/components/schemas/Receipt' },
                  example: { receiptNo: 'JK-20260302-0D6F8D0A1B2C', status: 'accepted' },
                },
              },
            },
            400: problem('Not readable, or not of its schema: not sent again', 'report.invalid'),
            401: problem('Not rightly signed, or a clock is off: sent again', 'signature.invalid'),
            409: problem('Another body under a known key: not sent again', 'idempotency-key.reused'),
            422: problem('Refused for what it says: not sent again', 'report.refused'),
            429: problem('Too many at once: sent again', 'receiver.busy', retryAfter),
            503: problem('Not now: sent again', 'receiver.unavailable', retryAfter),
          },
        },
      },
      '/v1/receipts': {
        get: {
          operationId: 'listReceipts',
          summary: 'Lists what was taken from this sender for a day, so that both sides can be compared',
          parameters: [
            asked('day', 'Civil day of the reports', true, { format: 'date' }),
            asked('after', '`next` of the page before', false),
            ...signedHeaders('Of this call alone; the text that is hashed is the target'),
          ],
          responses: {
            200: {
              description: 'A page, in any order that stays; a receiver that keeps no list answers 404',
              headers: answerSignature,
              content: {
                'application/json': {
                  schema: { $ref: '#/components/schemas/ReceiptPage' },
                  example: { items: [heldExample], next: null },
                },
              },
            },
            401: problem('Not rightly signed, or a clock is off', 'signature.invalid'),
          },
        },
      },
    },
    components: {
      schemas: {
        Report: GovernmentReport,
        Receipt: GovernmentReceipt,
        ReceiptPage: GovernmentTakenPage,
        Refusal: GovernmentRefusal,
      },
    },
  }
}
