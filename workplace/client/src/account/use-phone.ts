import { computed, ref, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { looksLikePhone, plainPhone } from './phone.ts'

/** A phone number as it is typed: plain for the server, and what is wrong with it once it was looked at. */
export function usePhone(typed: Readonly<Ref<string>>) {
  const { t } = useI18n()
  const problem = ref('')
  const plain = computed(() => plainPhone(typed.value))

  /** @returns whether it looks like one; says so at the field when it does not. */
  function check(): boolean {
    problem.value = looksLikePhone(plain.value) ? '' : t('account.phoneInvalid')
    return problem.value === ''
  }

  return { plain, problem, check }
}
