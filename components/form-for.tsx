import type { ComponentProps, ComponentType } from 'react'
import type { z } from 'zod'
import type { FieldName, FormAction } from '@/lib/form'
import { EmailField } from './email-field'
import { PasswordField } from './password-field'
import { RecentAuthField } from './recent-auth-field'
import { Checkbox, Field, Select, TextArea } from './ui/field'
import { Form } from './ui/form'
import type { FormSchema } from './ui/form-validation'

type Values<S extends z.ZodObject> = Partial<Record<FieldName<S>, string>>

type FormProps<S extends z.ZodObject> = Omit<ComponentProps<typeof Form>, 'action' | 'schema' | 'values' | 'hidden' | 'beforeSubmit'> & {
  action: FormAction<FieldName<S>>
  schema?: FormSchema<S>
  values?: Values<S>
  hidden?: Values<S>
}

/** The props of a field component, with a name from the schema. */
type Named<S extends z.ZodObject, Props> = ComponentType<Omit<Props, 'name'> & { name: FieldName<S> }>

type TypedForm<S extends z.ZodObject> = {
  Form: ComponentType<FormProps<S>>
  Field: Named<S, ComponentProps<typeof Field>>
  TextArea: Named<S, ComponentProps<typeof TextArea>>
  Select: Named<S, ComponentProps<typeof Select>>
  Checkbox: Named<S, ComponentProps<typeof Checkbox>>
  EmailField: Named<S, ComponentProps<typeof EmailField>>
  PasswordField: Named<S, ComponentProps<typeof PasswordField>>
}

/**
 * A form and its fields, typed by a schema: a field that the schema does not have, or an action of another form, does not
 * compile. Types only; at run time these are the same components for every form.
 */
export function formFor<S extends z.ZodObject>(): TypedForm<S> {
  return { Form: ProductForm, Field, TextArea, Select, Checkbox, EmailField, PasswordField } as TypedForm<S>
}

/** Asks for the password again above the submit button, if the action requires it. */
function ProductForm(props: ComponentProps<typeof Form>) {
  return <Form {...props} beforeSubmit={<RecentAuthField />} />
}
