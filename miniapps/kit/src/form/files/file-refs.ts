import { isFilesAnswer, type Answers, type FileRef } from '@kangbao/shared/forms/answers.ts'

/** The files these answers name. */
export function refsIn(answers: Answers): FileRef[] {
  return Object.values(answers).flatMap((value) => (isFilesAnswer(value) ? value.files : []))
}
