import { computed, ref } from 'vue'
import type { PickedDepartment, PickedUser } from '@/container/bridge-services.ts'
import type { OpenQuestion } from './people-picker.ts'

/** What is ticked in the picker, within the limits of the question. */
export function usePeopleSelection(question: OpenQuestion) {
  const users = ref<PickedUser[]>(
    question.alreadyPicked.filter(({ emplId }) => !question.disabledUsers.includes(emplId)),
  )
  const departments = ref<PickedDepartment[]>([])
  const count = computed(() => users.value.length + departments.value.length)
  /** Nobody at all is an answer where somebody was picked before. */
  const mayEnd = computed(
    () => count.value > 0 || question.pickedUsers.length + question.pickedDepartments.length > 0,
  )
  const isFull = computed(() => question.multiple && count.value >= question.limit)

  const hasUser = (id: string) => users.value.some(({ emplId }) => emplId === id)
  const hasDepartment = (id: number) => departments.value.some((item) => item.id === id)
  const isLocked = (id: string) => question.disabledUsers.includes(id) || question.requiredUsers.includes(id)

  const isDisabled = (id: number) => (question.disabledDepartments ?? []).includes(String(id))
  const isRequired = (id: number) => (question.requiredDepartments ?? []).includes(String(id))
  const isDepartmentLocked = (id: number) => isDisabled(id) || isRequired(id)

  function toggleUser(user: PickedUser) {
    if (question.disabledUsers.includes(user.emplId)) return
    if (hasUser(user.emplId)) {
      if (!question.requiredUsers.includes(user.emplId))
        users.value = users.value.filter(({ emplId }) => emplId !== user.emplId)
    } else if (!question.multiple) {
      users.value = [user]
      departments.value = []
    } else if (!isFull.value) users.value.push(user)
  }

  function toggleDepartment(department: PickedDepartment) {
    if (isDisabled(department.id)) return
    if (hasDepartment(department.id) && isRequired(department.id)) return
    if (hasDepartment(department.id))
      departments.value = departments.value.filter(({ id }) => id !== department.id)
    else if (!question.multiple) {
      departments.value = [department]
      users.value = []
    } else if (!isFull.value) departments.value.push(department)
  }

  return {
    users,
    departments,
    count,
    mayEnd,
    isFull,
    hasUser,
    hasDepartment,
    isLocked,
    isDepartmentLocked,
    toggleUser,
    toggleDepartment,
  }
}
