import { AmphoraComputeError, type ComputeErrorOptions } from '@amphora/core'

interface HttpErrorOptions extends ComputeErrorOptions {
  readonly verdict: HttpError['verdict']
  readonly status?: number | undefined
  readonly requestId?: string | undefined
}

/** No answer, or none that can be read. Its message is ours; nothing of the request or of the answer is in it. */
export class HttpError extends AmphoraComputeError {
  /** `unsent`: nothing can have left us. `unsure`: it may have been acted on. */
  readonly verdict: 'unsent' | 'unsure'
  /** The status, where an answer came whose rest cannot be used. */
  readonly status: number | undefined
  readonly requestId: string | undefined

  constructor(message: string, { verdict, status, requestId, ...options }: HttpErrorOptions) {
    super(message, options)
    this.verdict = verdict
    this.status = status
    this.requestId = requestId
  }

  override toJSON(): object {
    const { verdict, status, requestId } = this
    return { ...super.toJSON(), verdict, status, requestId }
  }
}
