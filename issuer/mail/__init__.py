"""Mail: composing the message that carries a certificate's link, handing it to a server, and keeping what became of it."""
