import { computed, ref, shallowRef, toValue, type MaybeRefOrGetter } from 'vue'
import { parseCivilDate, type CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { Answers, AnswerValue } from '@kangbao/shared/forms/answers.ts'
import type { Field, FormDefinition } from '@kangbao/shared/forms/definition.ts'
import { validateAnswers, type FieldProblem } from '@kangbao/shared/forms/validation.ts'
import { shownWith } from '@kangbao/shared/forms/visibility.ts'
import { progressOf, withCarried, carriedIds } from './answers-start.ts'

/** The state of one form being filled: answers, what is carried, and what is wrong, each problem from the time it is worth telling. */
export function useFormAnswers(
  form: MaybeRefOrGetter<FormDefinition>,
  today: MaybeRefOrGetter<string>,
  options: { readonly keepsMasks?: boolean } = {},
) {
  const answers = shallowRef<Answers>({})
  const carried = ref<ReadonlySet<string>>(new Set())
  const told = ref<ReadonlySet<string>>(new Set())
  const fromServer = shallowRef<readonly FieldProblem[]>([])

  const day = (): CivilDate => parseCivilDate(toValue(today)) ?? ('1970-01-01' as CivilDate) // the server names the day; unreadable means the oldest
  const shown = computed(() => shownWith(toValue(form), answers.value))
  const visible = computed(() => shown.value.fields)
  /** What the field of this id shows: what was typed as it was typed, or what is computed from it. */
  function valueOf({ id, type }: Pick<Field, 'id' | 'type'>): AnswerValue | undefined {
    return type === 'computed' ? shown.value.answers[id] : answers.value[id]
  }
  const result = computed(() => validateAnswers(toValue(form), answers.value, day(), options))
  const progress = computed(() => progressOf(toValue(form), answers.value))
  const problems = computed(() => {
    const own = result.value.ok ? [] : result.value.problems.filter(({ field }) => told.value.has(field))
    return new Map([...fromServer.value, ...own].map((problem) => [problem.field, problem]))
  })

  function start(begin: Answers, carriedBefore: Iterable<string> = []): void {
    answers.value = begin
    carried.value = new Set(carriedBefore)
    told.value = new Set()
    fromServer.value = []
  }
  function set(id: string, value: AnswerValue | undefined): void {
    const { [id]: _before, ...rest } = answers.value
    answers.value = value === undefined ? rest : { ...rest, [id]: value }
    carried.value = new Set([...carried.value].filter((other) => other !== id))
    fromServer.value = fromServer.value.filter(({ field }) => field !== id)
  }
  /** A field was left: from now on its problem is shown while it lasts. */
  function leave(id: string): void {
    if (answers.value[id] !== undefined) told.value = new Set([...told.value, id])
  }
  function carry(last: Answers): void {
    answers.value = withCarried(toValue(form), answers.value, last)
    carried.value = new Set(carriedIds(toValue(form), last))
  }
  /** Everything is checked and every problem shown; the answers to send, or null and the first field to mend. */
  function check(): { answers: Answers } | { firstProblem: string } {
    if (result.value.ok) return { answers: result.value.answers }
    told.value = new Set(result.value.problems.map(({ field }) => field))
    const broken = new Set(told.value)
    const first = visible.value.find(({ id }) => broken.has(id)) ?? toValue(form).fields[0]
    return { firstProblem: first?.id ?? '' }
  }
  function refuse(given: readonly FieldProblem[]): void {
    fromServer.value = given
  }
  /** Ids to name as carried when filing: those still shown and untouched. */
  const carriedShown = computed(() =>
    visible.value.filter(({ id }) => carried.value.has(id)).map(({ id }) => id),
  )

  return {
    answers,
    visible,
    valueOf,
    problems,
    progress,
    carried,
    carriedShown,
    start,
    set,
    leave,
    carry,
    check,
    refuse,
  }
}
