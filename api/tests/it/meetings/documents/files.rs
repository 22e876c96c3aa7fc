//! Files of every sort, good and bad, written by hand.

use std::io::{Cursor, Write};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// A PDF of these objects, the first of which is the catalogue, with a right table.
pub fn pdf_of(objects: &[&[u8]]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut at = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        at.push(file.len());
        file.extend(format!("{} 0 obj\n", number + 1).bytes());
        file.extend(*object);
        file.extend(b"\nendobj\n");
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    at.iter().for_each(|at| file.extend(format!("{at:010} 00000 n \n").bytes()));
    file.extend(
        format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1)
            .bytes(),
    );
    file
}

const PAGES: &[u8] = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
const PAGE: &[u8] = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>";

/// A PDF of one page whose catalogue says this too, and with these further objects, from 4 on.
pub fn pdf(catalogue: &str, more: &[&[u8]]) -> Vec<u8> {
    let first = format!("<< /Type /Catalog /Pages 2 0 R {catalogue} >>");
    let mut objects = vec![first.as_bytes(), PAGES, PAGE];
    objects.extend(more);
    pdf_of(&objects)
}

/// An object in a compressed stream of objects, by a table that is a stream too.
pub fn pdf_with_hidden(object: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut at = vec![0];
    for (number, object) in
        [&b"<< /Type /Catalog /Pages 2 0 R /Names 5 0 R >>"[..], PAGES, PAGE].iter().enumerate()
    {
        at.push(file.len());
        file.extend(format!("{} 0 obj\n", number + 1).bytes());
        file.extend(*object);
        file.extend(b"\nendobj\n");
    }
    let mut put = |file: &mut Vec<u8>, number: usize, head: &str, body: &[u8]| {
        at.push(file.len());
        let body = zlib(body);
        file.extend(
            format!("{number} 0 obj\n<< {head} /Filter /FlateDecode /Length {} >>\nstream\n", body.len())
                .bytes(),
        );
        file.extend(body);
        file.extend(b"\nendstream\nendobj\n");
    };
    put(&mut file, 4, "/Type /ObjStm /N 1 /First 4", format!("5 0 {object}").as_bytes());
    let table = file.len();
    let mut rows = vec![0, 0, 0, 0];
    for number in 1..=4 {
        rows.extend([1, (at_of(&file, number) >> 8) as u8, at_of(&file, number) as u8, 0]);
    }
    rows.extend([2, 0, 4, 0, 1, (table >> 8) as u8, table as u8, 0]);
    put(&mut file, 6, "/Type /XRef /Size 7 /W [1 2 1] /Root 1 0 R", &rows);
    file.extend(format!("startxref\n{table}\n%%EOF\n").bytes());
    file
}

fn at_of(file: &[u8], number: usize) -> usize {
    let head = format!("\n{number} 0 obj\n");
    file.windows(head.len()).position(|window| window == head.as_bytes()).unwrap() + 1
}

/// Zlib, stored: enough for a reader, and nothing a scan of the bytes would not have to unfold.
fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("x", SimpleFileOptions::default().compression_method(CompressionMethod::Deflated))
        .unwrap();
    zip.write_all(bytes).unwrap();
    let whole = zip.finish().unwrap().into_inner();
    // The local header is 30 bytes and the name; the central one tells how long the data are.
    let central = whole.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let long = u32::from_le_bytes(whole[central + 20..central + 24].try_into().unwrap()) as usize;
    let extra = u16::from_le_bytes(whole[28..30].try_into().unwrap()) as usize;
    let data = &whole[31 + extra..31 + extra + long];
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    [&[0x78, 0x9c][..], data, &((b << 16) | a).to_be_bytes()].concat()
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let how = if *name == "mimetype" { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        zip.start_file(*name, SimpleFileOptions::default().compression_method(how)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn with(usual: &[(&'static str, String)], parts: &[(&str, &[u8])]) -> Vec<u8> {
    let given: Vec<&str> = parts.iter().map(|(name, _)| *name).collect();
    let mut all: Vec<(&str, &[u8])> = Vec::new();
    all.extend(
        usual.iter().filter(|(name, _)| !given.contains(name)).map(|(name, text)| (*name, text.as_bytes())),
    );
    all.extend(parts);
    zipped(&all)
}

fn types(main: &str, part: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Override PartName=\"{part}\" ContentType=\"{main}\"/></Types>"
    )
}

pub fn relations(of: &[(&str, &str, &str)]) -> String {
    let one = |(kind, target, mode): &(&str, &str, &str)| {
        format!(
            "<Relationship Id=\"r\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\" {mode}/>"
        )
    };
    format!("<Relationships>{}</Relationships>", of.iter().map(one).collect::<String>())
}

/// A text with a link to be clicked, and these parts.
pub fn docx(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
    let usual = [
        ("[Content_Types].xml", types(main, "/word/document.xml")),
        ("_rels/.rels", relations(&[("officeDocument", "word/document.xml", "")])),
        ("word/_rels/document.xml.rels", relations(&[("hyperlink", "https://www.gob.mx/sre", "TargetMode=\"External\"")])),
        ("word/document.xml", "<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>Nota &amp; anexo</w:t></w:r></w:p></w:body></w:document>".to_owned()),
    ];
    with(&usual, parts)
}

pub fn xlsx(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
    let usual = [
        ("[Content_Types].xml", types(main, "/xl/workbook.xml")),
        ("_rels/.rels", relations(&[("officeDocument", "xl/workbook.xml", "")])),
        ("xl/workbook.xml", "<workbook><sheets/></workbook>".to_owned()),
        (
            "xl/worksheets/sheet1.xml",
            "<worksheet><sheetData><row><c><f>SUM(A1:A2)</f></c></row></sheetData></worksheet>".to_owned(),
        ),
    ];
    with(&usual, parts)
}

pub fn odt(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let usual = [
        ("mimetype", "application/vnd.oasis.opendocument.text".to_owned()),
        ("META-INF/manifest.xml", "<manifest:manifest xmlns:manifest=\"m\"/>".to_owned()),
        ("content.xml", "<office:document-content xmlns:office=\"o\" xmlns:text=\"t\" xmlns:xlink=\"x\"><text:a xlink:href=\"https://www.gob.mx\">SRE</text:a></office:document-content>".to_owned()),
    ];
    with(&usual, parts)
}

pub fn png() -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data) in [
        (b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0][..]),
        (b"IDAT", &[1, 2, 3][..]),
        (b"IEND", &[][..]),
    ] {
        file.extend((data.len() as u32).to_be_bytes());
        file.extend(name);
        file.extend(data);
        file.extend([0; 4]);
    }
    file
}

pub fn jpeg() -> Vec<u8> {
    [
        &[0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2][..],
        &[0xff, 0xda, 0, 3, 0][..],
        &[5, 0xff, 0, 7, 0xff, 0xd0, 9][..],
        &[0xff, 0xd9][..],
    ]
    .concat()
}
