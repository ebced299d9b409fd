/** A receiver in each language, on the published library of the Standard Webhooks project. */

const typescript = `import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.SIGNING_SECRET!);

createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  try {
    const event = webhook.verify(Buffer.concat(parts), request.headers as Record<string, string>);
    console.log(event);
    response.writeHead(204).end();
  } catch {
    response.writeHead(400).end();
  }
}).listen(3000);
`;

const python = `import os
from http.server import BaseHTTPRequestHandler, HTTPServer
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["SIGNING_SECRET"])


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            print(webhook.verify(body, headers))
            self.send_response(204)
        except WebhookVerificationError:
            self.send_response(400)
        self.end_headers()


HTTPServer(("", 3000), Receiver).serve_forever()
`;

const go = `package main

import (
	"io"
	"log"
	"net/http"
	"os"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

func main() {
	webhook, err := standardwebhooks.NewWebhook(os.Getenv("SIGNING_SECRET"))
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(response http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err == nil {
			err = webhook.Verify(body, request.Header)
		}
		if err != nil {
			response.WriteHeader(http.StatusBadRequest)
			return
		}
		log.Printf("%s", body)
		response.WriteHeader(http.StatusNoContent)
	})
	log.Fatal(http.ListenAndServe(":3000", nil))
}
`;

const java = `import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;

public class Receiver {
  public static void main(String[] args) throws Exception {
    Webhook webhook = new Webhook(System.getenv("SIGNING_SECRET"));
    HttpServer server = HttpServer.create(new InetSocketAddress(3000), 0);
    server.createContext("/", exchange -> {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      try {
        webhook.verify(body, HttpHeaders.of(exchange.getRequestHeaders(), (name, value) -> true));
        System.out.println(body);
        exchange.sendResponseHeaders(204, -1);
      } catch (Exception refused) {
        exchange.sendResponseHeaders(400, -1);
      }
      exchange.close();
    });
    server.start();
  }
}
`;

const ruby = `require 'standardwebhooks'
require 'webrick'

webhook = StandardWebhooks::Webhook.new(ENV.fetch('SIGNING_SECRET'))
server = WEBrick::HTTPServer.new(Port: 3000)
server.mount_proc '/' do |request, response|
  headers = request.header.transform_values(&:first)
  puts webhook.verify(request.body, headers)
  response.status = 204
rescue StandardWebhooks::WebhookVerificationError
  response.status = 400
end
server.start
`;

export const receivers = {
  TypeScript: { install: 'npm install standardwebhooks', program: typescript, file: 'receiver.ts' },
  Python: { install: 'pip install standardwebhooks', program: python, file: 'receiver.py' },
  Go: {
    install: 'go get github.com/standard-webhooks/standard-webhooks/libraries/go',
    program: go,
    file: 'receiver.go',
  },
  Java: {
    install: "implementation 'com.standardwebhooks:standardwebhooks:1.1.0'",
    program: java,
    file: 'Receiver.java',
  },
  Ruby: { install: 'gem install standardwebhooks webrick', program: ruby, file: 'receiver.rb' },
} as const;

export type Language = keyof typeof receivers;
