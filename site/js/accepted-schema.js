// The schema of what is verified. Written by tests/make_credential_vectors.py from issuer/formats/schemas/accepted.schema.json.
// @ts-check

/** @type {import('./json-schema.js').Schema} */
export const SCHEMA = {
  "type": "object",
  "required": [
    "@context",
    "type",
    "issuer",
    "credentialSubject",
    "proof"
  ],
  "properties": {
    "@context": {
      "type": "array",
      "minItems": 1,
      "prefixItems": [
        {
          "const": "https://www.w3.org/ns/credentials/v2"
        }
      ],
      "items": {
        "type": [
          "string",
          "object"
        ]
      }
    },
    "id": {
      "$ref": "#/$defs/address"
    },
    "type": {
      "type": "array",
      "items": {
        "type": "string",
        "minLength": 1
      },
      "contains": {
        "const": "VerifiableCredential"
      }
    },
    "name": {
      "$ref": "#/$defs/words"
    },
    "description": {
      "$ref": "#/$defs/words"
    },
    "issuer": {
      "type": [
        "string",
        "object"
      ],
      "pattern": "^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$",
      "required": [
        "id"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/address"
        },
        "name": {
          "$ref": "#/$defs/words"
        },
        "url": {
          "$ref": "#/$defs/address"
        }
      }
    },
    "validFrom": {
      "$ref": "#/$defs/moment"
    },
    "validUntil": {
      "$ref": "#/$defs/moment"
    },
    "awardedDate": {
      "$ref": "#/$defs/moment"
    },
    "credentialSubject": {
      "type": [
        "object",
        "array"
      ],
      "minItems": 1,
      "items": {
        "type": "object"
      }
    },
    "credentialStatus": {
      "type": [
        "object",
        "array"
      ],
      "minItems": 1,
      "items": {
        "$ref": "#/$defs/status"
      },
      "if": {
        "type": "object"
      },
      "then": {
        "$ref": "#/$defs/status"
      }
    },
    "proof": {
      "type": [
        "object",
        "array"
      ],
      "minItems": 1,
      "items": {
        "type": "object"
      }
    }
  },
  "if": {
    "required": [
      "type"
    ],
    "properties": {
      "type": {
        "type": "array",
        "contains": {
          "enum": [
            "OpenBadgeCredential",
            "AchievementCredential"
          ]
        }
      }
    }
  },
  "then": {
    "$ref": "#/$defs/openBadge"
  },
  "$defs": {
    "address": {
      "type": "string",
      "pattern": "^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$"
    },
    "moment": {
      "type": "string",
      "format": "date-time"
    },
    "words": {
      "type": [
        "string",
        "object",
        "array"
      ],
      "minLength": 1
    },
    "status": {
      "type": "object",
      "required": [
        "type"
      ],
      "properties": {
        "type": {
          "type": "string",
          "minLength": 1
        }
      },
      "if": {
        "required": [
          "type"
        ],
        "properties": {
          "type": {
            "const": "BitstringStatusListEntry"
          }
        }
      },
      "then": {
        "required": [
          "statusPurpose",
          "statusListIndex",
          "statusListCredential"
        ],
        "properties": {
          "statusPurpose": {
            "type": "string",
            "minLength": 1
          },
          "statusListIndex": {
            "type": "string",
            "pattern": "^[0-9]{1,15}$"
          },
          "statusListCredential": {
            "$ref": "#/$defs/address"
          }
        }
      }
    },
    "openBadge": {
      "required": [
        "id",
        "validFrom"
      ],
      "properties": {
        "@context": {
          "minItems": 2
        },
        "issuer": {
          "type": "object"
        },
        "credentialSubject": {
          "type": "object",
          "required": [
            "achievement"
          ],
          "properties": {
            "achievement": {
              "type": "object",
              "required": [
                "id",
                "name",
                "description",
                "criteria"
              ],
              "properties": {
                "id": {
                  "$ref": "#/$defs/address"
                },
                "name": {
                  "type": "string",
                  "minLength": 1
                },
                "description": {
                  "type": "string"
                },
                "criteria": {
                  "type": "object"
                }
              }
            },
            "identifier": {
              "type": "array",
              "minItems": 1,
              "items": {
                "type": "object",
                "required": [
                  "identityHash"
                ],
                "properties": {
                  "identityHash": {
                    "type": "string",
                    "minLength": 1
                  }
                }
              }
            }
          },
          "if": {
            "not": {
              "required": [
                "id"
              ]
            }
          },
          "then": {
            "required": [
              "identifier"
            ]
          }
        }
      }
    }
  }
};
