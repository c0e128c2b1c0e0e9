import type { Answers, FileRef } from '@kangbao/shared/forms/answers.ts'
import type { FormDefinition } from '@kangbao/shared/forms/definition.ts'
import { fileRuleOf, filesIn, holdsFiles } from '@kangbao/shared/forms/file-fields.ts'
import type { FieldProblem } from '@kangbao/shared/forms/validation.ts'
import type { OrgScope } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import type { Vault } from '../../ports/vault.ts'
import { attach, factsOf, keepOnly } from '../files/index.ts'
import type { Filing, Outcome } from './filing.ts'
import { isPassing, mostTries, type SubmissionWriter } from './submission-writer.ts'
import * as repo from './submissions.repo.ts'

export const hasFileFields = ({ fields }: FormDefinition): boolean => fields.some(holdsFiles)

/** Whose files a submission's are, as `files.owner` says it. */
export function ownerOfSubmission(submissionId: string): string {
  return `submission:${submissionId}`
}

/** Ids of the files in these answers. */
export function fileIdsIn(definition: FormDefinition, answers: Answers): string[] {
  return filesIn(definition, answers).flatMap(({ files }) => files.map(({ id }) => id))
}

/**
 * Files answers of a form that asks for files, each in a transaction of its own: the files become part of the submission
 * with it or not at all, and those the answers do not name any more go.
 */
export function writerOfFiles(ctx: MemberContext, definition: FormDefinition): SubmissionWriter {
  return {
    async file(filing) {
      for (let tries = 1; ; tries += 1) {
        const result = await ctx
          .inOrg(async (scope) => {
            const before = await repo.bySheet(scope, filing)
            return fileWithFiles(scope, ctx.deps, definition, { filing, before })
          })
          .catch((error: unknown) => {
            if (tries < mostTries && isPassing(error)) return { outcome: 'again' } as const
            throw error
          })
        if (result.outcome !== 'again' || tries === mostTries) return result
      }
    },
  }
}

/**
 * Stores one filing with its files as the revision after `before`.
 * @throws AppError `answers.invalid` when a file is not there, not the filer's, or not what the field takes.
 */
export async function fileWithFiles(
  scope: OrgScope,
  { vault }: Pick<Deps, 'vault'>,
  definition: FormDefinition,
  { filing, before }: { readonly filing: Filing; readonly before: repo.SubmissionRow | null },
): Promise<Outcome> {
  const owner = before && ownerOfSubmission(before.id)
  const { answers, loose } = await withTrustedFiles(scope, vault, definition, { filing, owner })
  const attempt = { filing: { ...filing, answers }, revision: (before?.revision ?? 0) + 1 }
  const result = await repo.fileInScope(scope, vault, attempt)
  if (result.outcome !== 'saved') return result
  const owned = ownerOfSubmission(result.filed.submissionId)
  const { memberId, filedBy, at } = filing
  await keepOnly(scope, owned, fileIdsIn(definition, answers), at)
  await attach(scope, { owner: owned, fileIds: loose, sentBy: filedBy, memberId })
  return result
}

/** The answers with what we know of their files ourselves, and which of the files are part of nothing yet. */
async function withTrustedFiles(
  scope: OrgScope,
  vault: Vault,
  definition: FormDefinition,
  { filing, owner }: { readonly filing: Filing; readonly owner: string | null },
): Promise<{ answers: Answers; loose: readonly string[] }> {
  const names = fileIdsIn(definition, filing.answers)
  const facts = await factsOf(scope, vault, { memberId: filing.filedBy, names })
  const answers = { ...filing.answers }
  const problems: FieldProblem[] = []
  const loose: string[] = []
  for (const { field, files } of filesIn(definition, filing.answers)) {
    const trusted = new Map<string, FileRef>()
    for (const { id: given } of files) {
      const known = facts.get(given)
      const isFree = known?.owner === null && known.sentBy === filing.filedBy
      if (!known || !(isFree || (owner !== null && known.owner === owner))) {
        problems.push({ field: field.id, reason: 'files.gone' })
        continue
      }
      if (known.purpose !== fileRuleOf(field).purpose)
        problems.push({ field: field.id, reason: 'files.type' })
      const { id, name, type, sizeBytes } = known
      if (isFree) loose.push(id)
      trusted.set(id, { id, name, type, sizeBytes })
    }
    answers[field.id] = { files: [...trusted.values()] }
  }
  if (problems.length > 0) throw new AppError('answers.invalid', { problems })
  return { answers, loose }
}
