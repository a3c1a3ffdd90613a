"""What the companies, the gestor and, after the opening, the consumers write."""

ANSWERS = (
    "Prezado(a) {nome},\n\nAgradecemos o contato. Verificamos o ocorrido e pedimos desculpas pelo transtorno. "
    "{solucao}\n\n"
    "Permanecemos à disposição.\n\nAtenciosamente,\nEquipe {loja}",
    "Olá, {nome}.\n\nAnalisamos a sua manifestação. {solucao} O prazo é de até cinco dias "
    "úteis.\n\nAtenciosamente,\n{loja}",
    "{nome}, boa tarde.\n\nApós análise do setor responsável, informamos que {decisao}\n\nEquipe de "
    "Relacionamento {loja}",
)
SOLUTIONS = (
    "O estorno foi solicitado à administradora do cartão nesta data.",
    "A entrega foi reprogramada com a transportadora e o novo código de rastreamento foi enviado ao seu e-mail.",
    "Autorizamos a troca do produto, sem custo, com coleta no seu endereço.",
    "A cobrança foi cancelada e os valores pagos serão devolvidos na próxima fatura.",
    "O cadastro foi regularizado e a baixa da restrição foi pedida aos órgãos de proteção ao crédito.",
)
DECISIONS = (
    "o produto apresenta sinais de mau uso, conforme laudo anexo, o que exclui a garantia.",
    "a cobrança é devida e corresponde ao contrato aceito na data da compra.",
    "a solicitação foi atendida e o caso foi encerrado internamente.",
)
COMPANY_COMPLEMENTS = (
    "Para seguir com a análise, por gentileza envie a nota fiscal e uma foto da etiqueta com o número de série.",
    "Informamos que o caso foi encaminhado ao setor responsável. Retornaremos com a resposta dentro do prazo.",
    "Tentamos contato por telefone hoje, sem sucesso. Qual o melhor horário para falar?",
    "Confirmamos o recebimento dos documentos.",
)
CONSUMER_COMPLEMENTS = (
    "Segue o que foi pedido. Podem confirmar o recebimento?",
    "Ninguém me ligou. O melhor horário é depois das 18h.",
    "Esqueci de dizer que também paguei o frete.",
    "Recebi hoje uma nova cobrança, mesmo com a reclamação aberta.",
    "Estou anexando o comprovante.",
    "Alguma novidade? O prazo está acabando.",
)
REFUSALS = (
    "Solicitamos a análise do gestor: a reclamação foi aberta em duplicidade sobre o mesmo fato.",
    "A empresa não é responsável pelo produto reclamado, vendido por terceiro fora da nossa plataforma.",
    "O consumidor reclama em nome de terceiro sem autorização. Pedimos análise conforme os Termos de Uso.",
    "A relação descrita não é de consumo: trata-se de contrato entre empresas.",
)
MEDIATOR_UPHELD = "Recusa procedente, conforme os Termos de Uso. A reclamação foi cancelada."
MEDIATOR_REJECTED = "Recusa improcedente. A reclamação retorna ao fornecedor, que deve responder no prazo."
MEDIATOR_MESSAGES = (
    "Solicitamos à empresa que informe a data da entrega prometida no momento da compra.",
    "Os dados pessoais que constavam do texto público foram retirados por este órgão.",
)
REDIRECTIONS = (
    "A compra foi feita na {destino}, empresa do mesmo grupo, a quem encaminhamos a reclamação.",
    "O contrato citado pertence à {destino}. Encaminhamos para tratamento.",
)
COMMENTS = {
    1: ("Péssimo. Não resolveram nada e ainda demoraram.", "Só enrolação. Vou ao Procon."),
    2: ("Resposta padrão, não leram o que escrevi.", "Resolveram pela metade."),
    3: ("Resolvido, mas demorou demais.", "Deu certo depois de muita insistência."),
    4: ("Resolvido dentro do prazo.", "Bom atendimento, só faltou um telefone para falar."),
    5: ("Excelente! Resolveram em dois dias. Obrigada.", "Muito bom, parabéns pelo atendimento. 👏"),
}
