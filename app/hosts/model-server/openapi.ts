import { limits } from './limits.ts';
import type { ModelServerOptions } from './server.ts';

const json = (schema: object) => ({ 'application/json': { schema } });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const binary = { schema: { type: 'string', format: 'binary' } };
const base64 = { type: 'string', contentEncoding: 'base64' };
const refused = (description: string) => ({ description, content: json(ref('Error')) });

/** The server described for other programs, OpenAPI 3.1. */
export function openApi({ model, threshold, version }: ModelServerOptions, url: string) {
  const { height, width, channels } = model.input;
  return {
    openapi: '3.1.0',
    info: {
      title: `Predictions of ${model.name}`,
      version,
      description: `Pictures of any size go in; they are brought to ${width} × ${height} × ${channels} as in training.`,
    },
    servers: [{ url }],
    paths: {
      '/predict': {
        post: {
          operationId: 'predict',
          summary: 'What is in a picture, or in each of several?',
          requestBody: {
            required: true,
            content: {
              'image/*': binary,
              'application/octet-stream': binary,
              ...json({
                oneOf: [
                  { type: 'object', required: ['image'], properties: { image: base64 } },
                  {
                    type: 'object',
                    required: ['images'],
                    properties: {
                      images: {
                        type: 'array',
                        items: base64,
                        minItems: 1,
                        maxItems: limits.picturesPerRequest,
                      },
                    },
                  },
                ],
              }),
            },
          },
          responses: {
            200: {
              description: 'The answer: a list where `images` was sent.',
              content: json({ oneOf: [ref('Answer'), ref('Answers')] }),
            },
            400: refused('The body cannot be understood.'),
            413: refused('The body is too large.'),
            415: refused('The body is of another type.'),
            422: refused('A picture cannot be read.'),
            429: refused('Too many requests of this client.'),
            503: refused('Too many pictures wait.'),
          },
        },
      },
      '/health': { get: { operationId: 'health', responses: { 200: { description: 'It answers.' } } } },
      '/model': {
        get: {
          operationId: 'model',
          responses: { 200: { description: 'What is asked.', content: json(ref('Model')) } },
        },
      },
    },
    components: {
      schemas: {
        Prediction: {
          type: 'object',
          required: ['label', 'confidence'],
          properties: {
            label: { enum: model.classes },
            confidence: { type: 'number', minimum: 0, maximum: 1 },
          },
        },
        Judgement: {
          type: 'object',
          required: ['label', 'predictions'],
          properties: {
            label: {
              enum: [...model.classes, null],
              description: `The likeliest class; null where its confidence is below ${threshold}.`,
            },
            predictions: { type: 'array', items: ref('Prediction'), description: 'The likeliest first.' },
          },
        },
        About: {
          type: 'object',
          required: ['model', 'ms'],
          properties: { model: { type: 'string' }, ms: { type: 'number' } },
        },
        Answer: { allOf: [ref('Judgement'), ref('About')] },
        Answers: {
          allOf: [
            {
              type: 'object',
              required: ['results'],
              properties: { results: { type: 'array', items: ref('Judgement') } },
            },
            ref('About'),
          ],
        },
        Model: {
          type: 'object',
          required: ['name', 'classes', 'input', 'threshold', 'version'],
          properties: {
            name: { type: 'string' },
            classes: { type: 'array', items: { type: 'string' } },
            input: {
              type: 'object',
              properties: {
                channels: { type: 'integer' },
                height: { type: 'integer' },
                width: { type: 'integer' },
              },
            },
            threshold: { type: 'number' },
            version: { type: 'string' },
          },
        },
        Error: {
          type: 'object',
          required: ['error'],
          properties: {
            error: {
              type: 'object',
              required: ['code', 'message'],
              properties: { code: { type: 'string' }, message: { type: 'string' } },
            },
          },
        },
      },
    },
  };
}
