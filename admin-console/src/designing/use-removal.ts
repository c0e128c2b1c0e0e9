import type { Field } from '@kangbao/shared/forms/definition.ts'
import type { FormContent } from '@kangbao/shared/forms/design/content.ts'
import { usesOf } from '@kangbao/shared/forms/design/uses.ts'
import { useTexts } from '../kit/texts.ts'
import { useConfirm } from '../kit/use-action.ts'

/** Asks before a question is taken away that others ask about, and names them: they would be left without it. */
export function useRemoval(): (field: Field, content: FormContent) => Promise<boolean> {
  const { t, local } = useTexts()
  const confirm = useConfirm()
  return async ({ id, label }, content) => {
    const uses = usesOf(content, id)
    if (uses.length === 0) return true
    const named = uses.map((use) =>
      t(`design.use-${use.kind}`, { name: local(use.label) || use.label['zh-CN'] || t('design.unnamed') }),
    )
    return confirm({
      title: t('design.remove', { name: local(label) || label['zh-CN'] || t('design.unnamed') }),
      text: t('design.remove-used', { uses: named.join(t('design.use-comma')) }),
      confirm: t('design.remove-yes'),
      isDanger: true,
    })
  }
}
