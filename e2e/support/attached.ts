import { isFilesAnswer, type Answers } from '@kangbao/shared/forms/answers.ts'

/** Names of the files in these answers, in the order of the form. */
export function fileNamesIn(answers: Answers): string[] {
  return Object.values(answers).flatMap((value) =>
    isFilesAnswer(value) ? value.files.map(({ name }) => name) : [],
  )
}
