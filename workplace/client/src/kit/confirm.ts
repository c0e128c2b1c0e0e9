import { showConfirmDialog } from 'vant'

/** Asks before something that cannot be taken back; false when it is dismissed. */
export const isConfirmed = (asked: {
  title: string
  message: string
  confirmButtonText?: string
}): Promise<boolean> =>
  showConfirmDialog(asked).then(
    () => true,
    () => false,
  )
