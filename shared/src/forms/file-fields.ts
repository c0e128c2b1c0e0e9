import { filePurposes, type FilePurpose, type MediaType } from '../contracts/file-kinds.ts'
import { answerOf, isFilesAnswer, type Answers, type FileRef } from './answers.ts'
import type { Field, FileField, FormDefinition, PhotoField, SignatureField } from './definition.ts'

/** Fields whose answers are files. */
export type FilesField = PhotoField | FileField | SignatureField

export function holdsFiles(field: Field): field is FilesField {
  return field.type === 'photo' || field.type === 'file' || field.type === 'signature'
}

export interface FileRule {
  /** What the files of such a field are sent as. */
  readonly purpose: FilePurpose
  readonly most: number
  readonly types: readonly MediaType[]
}

const purposes: Readonly<Record<FilesField['type'], FilePurpose>> = {
  photo: 'photo',
  file: 'document',
  signature: 'signature',
}

/** What may stand in a field of files. */
export function fileRuleOf(field: FilesField): FileRule {
  const purpose = purposes[field.type]
  return { purpose, most: field.type === 'signature' ? 1 : field.most, types: filePurposes[purpose].types }
}

export interface FieldFiles {
  readonly field: FilesField
  readonly files: readonly FileRef[]
}

/** The files in these answers, by field; fields left open are absent. */
export function filesIn({ fields }: Pick<FormDefinition, 'fields'>, answers: Answers): FieldFiles[] {
  return fields.filter(holdsFiles).flatMap((field) => {
    const value = answerOf(answers, field.id)
    return isFilesAnswer(value) ? [{ field, files: value.files }] : []
  })
}
