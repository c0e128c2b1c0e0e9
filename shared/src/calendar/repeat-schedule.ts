import { Type, type Static } from 'typebox'

export const WallTime = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', examples: ['17:00'] })

/** Weekdays (1 = Monday … 7 = Sunday) and a wall-clock time on which a form is sent (Z-31). */
export const RepeatSchedule = Type.Object(
  {
    weekdays: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
      minItems: 1,
      maxItems: 7,
      uniqueItems: true,
    }),
    time: WallTime,
    /**
     * Days off are left out, and a weekend day worked in return counts where Monday to Friday are all chosen: that means
     * every working day. Absent: the weekdays alone, whatever the calendar says.
     */
    workingDaysOnly: Type.Optional(Type.Literal(true)),
  },
  { additionalProperties: false },
)
export type RepeatSchedule = Static<typeof RepeatSchedule>
